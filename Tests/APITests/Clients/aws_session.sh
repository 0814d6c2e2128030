# A user's session with the AWS CLI, which reads its settings as `teal env` exports them.

aws ecs register-task-definition --family cli --container-definitions \
    '[{"name":"web","image":"host","command":["web"],"portMappings":[{"containerPort":80}]}]' \
    --query taskDefinition.revision --output text
namespace=$(aws servicediscovery list-namespaces --query 'Namespaces[0].Id' --output text)
registry=$(aws servicediscovery create-service --name cli-tasks --namespace-id "$namespace" \
    --dns-config 'DnsRecords=[{Type=SRV,TTL=10}]' --query Service.Arn --output text)
aws ecs create-service --service-name cli --task-definition cli --desired-count 1 \
    --service-registries "registryArn=$registry,containerName=web,containerPort=80" \
    --query service.status --output text
test "$(aws ecs describe-services --services cli --output text \
    --query 'services[0].serviceRegistries[0].registryArn')" = "$registry"
aws ecs wait services-stable --services cli
aws ecs describe-services --services cli --output table
test "$(aws ecs describe-services --services cli --query 'services[0].runningCount')" = 1
aws ecs delete-service --service cli --force --query service.status --output text
aws ecs wait services-inactive --services cli
