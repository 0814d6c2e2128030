# Drives Cloud Map with the stock AWS CLI.
operation=$(aws servicediscovery create-private-dns-namespace --name cli.internal --vpc vpc-1 \
  --query OperationId --output text)
namespace=$(aws servicediscovery get-operation --operation-id "$operation" \
  --query Operation.Targets.NAMESPACE --output text)
service=$(aws servicediscovery create-service --name db --namespace-id "$namespace" \
  --dns-config 'DnsRecords=[{Type=A,TTL=5}]' --query Service.Id --output text)
aws servicediscovery register-instance --service-id "$service" --instance-id one \
  --attributes AWS_INSTANCE_IPV4=10.0.0.1 >/dev/null
found=$(aws servicediscovery discover-instances --namespace-name cli.internal \
  --service-name db --query 'Instances[0].Attributes.AWS_INSTANCE_IPV4' --output text)
test "$found" = 10.0.0.1
