"""Drives Cloud Map with boto3: every operation, as an SDK validates it."""
import boto3

client = boto3.client("servicediscovery")


def refused(code, operation, **arguments):
    try:
        getattr(client, operation)(**arguments)
    except client.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error
    raise AssertionError(f"{operation} was not refused")


def done(operation):
    result = client.get_operation(OperationId=operation["OperationId"])["Operation"]
    assert result["Status"] == "SUCCESS", result
    return result["Targets"]


http = done(client.create_http_namespace(Name="calls"))["NAMESPACE"]
public = done(client.create_public_dns_namespace(Name="shop.example"))["NAMESPACE"]
zone = done(
    client.create_private_dns_namespace(
        Name="shop.internal", Vpc="vpc-1", Tags=[{"Key": "team", "Value": "a"}],
        Properties={"DnsProperties": {"SOA": {"TTL": 30}}}))["NAMESPACE"]
answer = client.get_namespace(Id=zone)["Namespace"]
assert answer["Properties"]["DnsProperties"]["SOA"]["TTL"] == 30, answer
assert answer["Properties"]["HttpProperties"]["HttpName"] == "shop.internal"
done(client.update_private_dns_namespace(Id=zone, Namespace={"Description": "d"}))
done(client.update_http_namespace(Id=http, Namespace={"Description": "d"}))
done(client.update_public_dns_namespace(Id=public, Namespace={"Description": "d"}))
assert client.get_namespace(Id=answer["Arn"])["Namespace"]["Description"] == "d"
pages = client.get_paginator("list_namespaces").paginate()
names = [n["Name"] for page in pages for n in page["Namespaces"]]
assert names == ["calls", "default", "shop.example", "shop.internal"], names
types = client.list_namespaces(Filters=[{"Name": "TYPE", "Values": ["HTTP"], "Condition": "EQ"}])
assert [n["Id"] for n in types["Namespaces"]] == [http]

service = client.create_service(
    Name="db", NamespaceId=zone, Description="first", CreatorRequestId="one",
    DnsConfig={"DnsRecords": [{"Type": "A", "TTL": 5}, {"Type": "SRV", "TTL": 5}]},
    HealthCheckCustomConfig={"FailureThreshold": 1}, Tags=[{"Key": "a", "Value": "b"}])["Service"]
error = refused("ServiceAlreadyExists", "create_service", Name="db", NamespaceId=zone)
assert error.response["ServiceId"] == service["Id"], error.response
assert service["HealthCheckCustomConfig"]["FailureThreshold"] == 1
assert client.get_service(Id=service["Arn"])["Service"]["Name"] == "db"
done(client.update_service(
    Id=service["Id"],
    Service={"Description": "second", "DnsConfig": {
        "DnsRecords": [{"Type": "A", "TTL": 9}, {"Type": "SRV", "TTL": 9}]}}))
listed = client.list_services(Filters=[{"Name": "NAMESPACE_ID", "Values": [zone]}])["Services"]
assert [s["Description"] for s in listed] == ["second"]
plain = client.create_service(Name="plain", NamespaceId=http)["Service"]
assert plain["Type"] == "HTTP", plain
refused("NamespaceNotFound", "create_service", Name="x", NamespaceId="ns-none")

for number in (1, 2):
    targets = done(client.register_instance(
        ServiceId=service["Id"], InstanceId=f"i-{number}", CreatorRequestId=str(number),
        Attributes={"AWS_INSTANCE_IPV4": f"10.0.0.{number}", "AWS_INSTANCE_PORT": "80",
                    "zone": f"z{number}"}))
    assert targets == {"SERVICE": service["Id"], "INSTANCE": f"i-{number}"}, targets
done(client.register_instance(ServiceId=plain["Id"], InstanceId="p", Attributes={"url": "x"}))
refused("InvalidInput", "register_instance", ServiceId=service["Id"], InstanceId="x", Attributes={})
instance = client.get_instance(ServiceId=service["Id"], InstanceId="i-1")["Instance"]
assert instance["Attributes"]["zone"] == "z1"
pages = client.get_paginator("list_instances").paginate(
    ServiceId=service["Id"], PaginationConfig={"PageSize": 1})
assert [i["Id"] for p in pages for i in p["Instances"]] == ["i-1", "i-2"]

wanted = {"NamespaceName": "shop.internal", "ServiceName": "db"}
found = client.discover_instances(**wanted)
assert {i["InstanceId"] for i in found["Instances"]} == {"i-1", "i-2"}, found
revision = client.discover_instances_revision(**wanted)["InstancesRevision"]
assert revision == found["InstancesRevision"]
client.update_instance_custom_health_status(
    ServiceId=service["Id"], InstanceId="i-1", Status="UNHEALTHY")
assert client.discover_instances_revision(**wanted)["InstancesRevision"] == revision
healthy = client.discover_instances(HealthStatus="HEALTHY", **wanted)["Instances"]
assert [i["InstanceId"] for i in healthy] == ["i-2"] and healthy[0]["HealthStatus"] == "HEALTHY"
by_zone = client.discover_instances(
    QueryParameters={"zone": "z1"}, HealthStatus="ALL", **wanted)["Instances"]
assert [i["InstanceId"] for i in by_zone] == ["i-1"]
calls = client.discover_instances(NamespaceName="calls", ServiceName="plain")["Instances"]
assert calls[0]["Attributes"] == {"url": "x"} and calls[0]["HealthStatus"] == "UNKNOWN", calls
status = client.get_instances_health_status(ServiceId=service["Id"])["Status"]
assert status == {"i-1": "UNHEALTHY", "i-2": "HEALTHY"}, status
refused("CustomHealthNotFound", "update_instance_custom_health_status",
        ServiceId=plain["Id"], InstanceId="p", Status="HEALTHY")

client.update_service_attributes(ServiceId=service["Id"], Attributes={"Owner": "me"})
attributes = client.get_service_attributes(ServiceId=service["Id"])["ServiceAttributes"]
assert attributes["Attributes"] == {"Owner": "me"}, attributes
client.delete_service_attributes(ServiceId=service["Id"], Attributes=["Owner"])
client.tag_resource(ResourceARN=service["Arn"], Tags=[{"Key": "c", "Value": "d"}])
client.untag_resource(ResourceARN=service["Arn"], TagKeys=["a"])
tags = client.list_tags_for_resource(ResourceARN=service["Arn"])["Tags"]
assert tags == [{"Key": "c", "Value": "d"}]

operations = client.list_operations(
    Filters=[{"Name": "SERVICE_ID", "Values": [service["Id"]], "Condition": "EQ"}])["Operations"]
assert len(operations) == 3, operations
refused("ResourceInUse", "delete_service", Id=service["Id"])
refused("ResourceInUse", "delete_namespace", Id=zone)
for number in (1, 2):
    done(client.deregister_instance(ServiceId=service["Id"], InstanceId=f"i-{number}"))
done(client.deregister_instance(ServiceId=plain["Id"], InstanceId="p"))
for each in (service, plain):
    client.delete_service(Id=each["Id"])
for namespace in (http, public, zone):
    done(client.delete_namespace(Id=namespace))
refused("NamespaceNotFound", "get_namespace", Id=zone)
print("ok")
