"""A user's session with boto3: every operation, the waiters, and the errors they catch.

The SDK's settings come from the environment, as `teal env` exports them.
"""

import datetime

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"max_attempts": 0}, parameter_validation=False)
ecs = boto3.client("ecs", config=CONFIG)
PROMPT = {"Delay": 1, "MaxAttempts": 30}


def refused(code, operation, **arguments):
    try:
        getattr(ecs, operation)(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        assert error.response["Error"]["Message"], error
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, error
        assert error.response["ResponseMetadata"]["RequestId"], error
        return
    raise AssertionError(f"{operation} was not refused with {code}")


def main():
    clusters()
    task_definitions()
    service()
    deployments()
    tasks()
    errors()
    ecs.delete_service(service="web", force=True)
    ecs.get_waiter("services_inactive").wait(services=["web"], WaiterConfig=PROMPT)
    assert ecs.describe_services(services=["web"])["services"][0]["status"] == "INACTIVE"
    assert ecs.list_services()["serviceArns"] == []


def clusters():
    assert ecs.create_cluster(clusterName="other")["cluster"]["status"] == "ACTIVE"
    pages = ecs.get_paginator("list_clusters").paginate()
    arns = [arn for page in pages for arn in page["clusterArns"]]
    assert [arn.split("/")[-1] for arn in arns] == ["default", "other"], arns
    described = ecs.describe_clusters(clusters=["default", "none"], include=["STATISTICS"])
    assert described["clusters"][0]["clusterName"] == "default"
    assert described["failures"][0]["reason"] == "MISSING"
    assert ecs.list_container_instances()["containerInstanceArns"] == []
    missing = ecs.describe_container_instances(containerInstances=["x"])
    assert missing["failures"][0]["reason"] == "MISSING"


def task_definitions():
    for version in "12":
        registered = ecs.register_task_definition(
            family="web",
            containerDefinitions=[
                {
                    "name": "web",
                    "image": "host",
                    "command": ["web"],
                    "environment": [{"name": "VERSION", "value": version}],
                    "portMappings": [{"containerPort": 8000}],
                }
            ],
            tags=[{"key": "team", "value": "blue"}],
        )["taskDefinition"]
        assert isinstance(registered["registeredAt"], datetime.datetime)
    described = ecs.describe_task_definition(taskDefinition="web", include=["TAGS"])
    assert described["taskDefinition"]["revision"] == 2
    assert described["tags"] == [{"key": "team", "value": "blue"}]
    pages = ecs.get_paginator("list_task_definitions").paginate(PaginationConfig={"PageSize": 1})
    arns = [arn for page in pages for arn in page["taskDefinitionArns"]]
    assert [arn.split("/")[-1] for arn in arns] == ["web:1", "web:2"], arns
    assert ecs.list_task_definition_families()["families"] == ["web"]
    ecs.register_task_definition(
        family="old", containerDefinitions=[{"name": "a", "image": "host", "command": ["a"]}]
    )
    gone = ecs.deregister_task_definition(taskDefinition="old:1")["taskDefinition"]
    assert gone["status"] == "INACTIVE"


def service():
    created = ecs.create_service(
        serviceName="web",
        taskDefinition="web:1",
        desiredCount=2,
        deploymentConfiguration={"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0},
        propagateTags="SERVICE",
    )["service"]
    assert created["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    assert created["propagateTags"] == "SERVICE"
    ecs.get_waiter("services_stable").wait(services=["web"], WaiterConfig=PROMPT)
    stable = ecs.describe_services(services=["web", "none"])
    assert stable["failures"][0]["reason"] == "MISSING"
    described = stable["services"][0]
    assert described["runningCount"] == 2 and described["pendingCount"] == 0
    assert described["deployments"][0]["rolloutState"] == "COMPLETED"
    assert described["deploymentConfiguration"]["bakeTimeInMinutes"] == 0
    assert ecs.list_services()["serviceArns"] == [described["serviceArn"]]
    ecs.update_service(service="web", desiredCount=3)
    ecs.get_waiter("services_stable").wait(services=["web"], WaiterConfig=PROMPT)
    assert ecs.describe_services(services=["web"])["services"][0]["runningCount"] == 3


def deployments():
    updated = ecs.update_service(service="web", taskDefinition="web:2")["service"]
    arn = updated["currentServiceDeployment"]
    ecs.get_waiter("services_stable").wait(services=["web"], WaiterConfig=PROMPT)
    listed = ecs.list_service_deployments(service="web", status=["SUCCESSFUL"])
    assert listed["serviceDeployments"][0]["serviceDeploymentArn"] == arn, listed
    described = ecs.describe_service_deployments(serviceDeploymentArns=[arn])
    deployment = described["serviceDeployments"][0]
    assert deployment["status"] == "SUCCESSFUL"
    target = deployment["targetServiceRevision"]
    assert target["runningTaskCount"] == 3, target
    assert target["requestedProductionTrafficWeight"] == 100.0
    revision = ecs.describe_service_revisions(serviceRevisionArns=[target["arn"]])
    assert revision["serviceRevisions"][0]["taskDefinition"].endswith("web:2")
    refused("ConflictException", "stop_service_deployment", serviceDeploymentArn=arn)


def tasks():
    ran = ecs.run_task(taskDefinition="web", count=2, startedBy="session")["tasks"]
    arns = [task["taskArn"] for task in ran]
    ecs.get_waiter("tasks_running").wait(tasks=arns, WaiterConfig=PROMPT)
    assert sorted(ecs.list_tasks(startedBy="session")["taskArns"]) == sorted(arns)
    assert len(ecs.list_tasks(serviceName="web")["taskArns"]) == 3
    stopped = ecs.stop_task(task=arns[0], reason="enough")["task"]
    assert stopped["desiredStatus"] == "STOPPED" and stopped["stopCode"] == "UserInitiated"
    ecs.get_waiter("tasks_stopped").wait(tasks=arns[:1], WaiterConfig=PROMPT)
    assert ecs.describe_tasks(tasks=arns)["tasks"][0]["lastStatus"] == "STOPPED"


def errors():
    refused("ClusterNotFoundException", "list_tasks", cluster="none")
    refused("ServiceNotFoundException", "update_service", service="none", desiredCount=1)
    refused("ClientException", "run_task", taskDefinition="none")
    refused("SerializationException", "update_service", service="web", desiredCount="two")
    refused("InvalidParameterException", "describe_services", services=[])
    refused(
        "InvalidParameterException",
        "update_service",
        service="web",
        deploymentConfiguration={"strategy": "SIDEWAYS"},
    )
    refused("UnknownOperationException", "delete_attributes", attributes=[])
    stranger = boto3.client(
        "ecs", config=CONFIG, aws_access_key_id="AKIDOTHER", aws_secret_access_key="x"
    )
    try:
        stranger.list_clusters()
    except ClientError as error:
        assert error.response["Error"]["Code"] == "UnrecognizedClientException", error
    else:
        raise AssertionError("a stranger was served")


main()
