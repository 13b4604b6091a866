// SAM's policy templates up to the event bus, as AWS documents them.
// `table.ts` says how these lines are read.

export const policiesAToF = `
AcmGetCertificatePolicy certificateArn
  acm:GetCertificate
    on <certificateArn>
AMIDescribePolicy
  ec2:DescribeImages
    on *
AthenaQueryPolicy workgroupName=WorkGroupName
  athena:ListWorkGroups athena:GetExecutionEngine athena:GetExecutionEngines athena:GetNamespace
  athena:GetCatalogs athena:GetNamespaces athena:GetTables athena:GetTable
    on *
  athena:StartQueryExecution athena:GetQueryResults athena:DeleteNamedQuery athena:GetNamedQuery
  athena:ListQueryExecutions athena:StopQueryExecution athena:GetQueryResultsStream
  athena:ListNamedQueries athena:CreateNamedQuery athena:GetQueryExecution athena:BatchGetNamedQuery
  athena:BatchGetQueryExecution athena:GetWorkGroup
    on ~athena:@:workgroup/<workgroupName>
AWSSecretsManagerGetSecretValuePolicy secretArn
  secretsmanager:GetSecretValue
    on <secretArn>
AWSSecretsManagerRotationPolicy functionName
  secretsmanager:DescribeSecret secretsmanager:GetSecretValue secretsmanager:PutSecretValue
  secretsmanager:UpdateSecretVersionStage
    on ~secretsmanager:@:secret:*
    if secretsmanager:resource/AllowRotationLambdaArn ~lambda:@:function:<functionName>
  secretsmanager:GetRandomPassword
    on *
CloudFormationDescribeStacksPolicy
  cloudformation:DescribeStacks
    on ~cloudformation:@:stack/*
CloudWatchDashboardPolicy
  cloudwatch:GetDashboard cloudwatch:ListDashboards cloudwatch:PutDashboard cloudwatch:ListMetrics
    on *
CloudWatchDescribeAlarmHistoryPolicy
  cloudwatch:DescribeAlarmHistory
    on *
CloudWatchPutMetricPolicy
  cloudwatch:PutMetricData
    on *
CodeCommitCrudPolicy repositoryName
  codecommit:GitPull codecommit:GitPush codecommit:CreateBranch codecommit:DeleteBranch
  codecommit:GetBranch codecommit:ListBranches codecommit:MergeBranchesByFastForward
  codecommit:MergeBranchesBySquash codecommit:MergeBranchesByThreeWay codecommit:UpdateDefaultBranch
  codecommit:BatchDescribeMergeConflicts codecommit:CreateUnreferencedMergeCommit
  codecommit:DescribeMergeConflicts codecommit:GetMergeCommit codecommit:GetMergeOptions
  codecommit:BatchGetPullRequests codecommit:CreatePullRequest codecommit:DescribePullRequestEvents
  codecommit:GetCommentsForPullRequest codecommit:GetCommitsFromMergeBase codecommit:GetMergeConflicts
  codecommit:GetPullRequest codecommit:ListPullRequests codecommit:MergePullRequestByFastForward
  codecommit:MergePullRequestBySquash codecommit:MergePullRequestByThreeWay
  codecommit:PostCommentForPullRequest codecommit:UpdatePullRequestDescription
  codecommit:UpdatePullRequestStatus codecommit:UpdatePullRequestTitle codecommit:DeleteFile
  codecommit:GetBlob codecommit:GetFile codecommit:GetFolder codecommit:PutFile
  codecommit:DeleteCommentContent codecommit:GetComment codecommit:GetCommentsForComparedCommit
  codecommit:PostCommentForComparedCommit codecommit:PostCommentReply codecommit:UpdateComment
  codecommit:BatchGetCommits codecommit:CreateCommit codecommit:GetCommit codecommit:GetCommitHistory
  codecommit:GetDifferences codecommit:GetObjectIdentifier codecommit:GetReferences codecommit:GetTree
  codecommit:GetRepository codecommit:UpdateRepositoryDescription codecommit:ListTagsForResource
  codecommit:TagResource codecommit:UntagResource codecommit:GetRepositoryTriggers
  codecommit:PutRepositoryTriggers codecommit:TestRepositoryTriggers codecommit:GetBranch
  codecommit:GetCommit codecommit:UploadArchive codecommit:GetUploadArchiveStatus
  codecommit:CancelUploadArchive
    on ~codecommit:@:<repositoryName>
CodeCommitReadPolicy repositoryName
  codecommit:GitPull codecommit:GetBranch codecommit:ListBranches codecommit:BatchDescribeMergeConflicts
  codecommit:DescribeMergeConflicts codecommit:GetMergeCommit codecommit:GetMergeOptions
  codecommit:BatchGetPullRequests codecommit:DescribePullRequestEvents
  codecommit:GetCommentsForPullRequest codecommit:GetCommitsFromMergeBase codecommit:GetMergeConflicts
  codecommit:GetPullRequest codecommit:ListPullRequests codecommit:GetBlob codecommit:GetFile
  codecommit:GetFolder codecommit:GetComment codecommit:GetCommentsForComparedCommit
  codecommit:BatchGetCommits codecommit:GetCommit codecommit:GetCommitHistory codecommit:GetDifferences
  codecommit:GetObjectIdentifier codecommit:GetReferences codecommit:GetTree codecommit:GetRepository
  codecommit:ListTagsForResource codecommit:GetRepositoryTriggers codecommit:TestRepositoryTriggers
  codecommit:GetBranch codecommit:GetCommit codecommit:GetUploadArchiveStatus
    on ~codecommit:@:<repositoryName>
CodePipelineLambdaExecutionPolicy
  codepipeline:PutJobSuccessResult codepipeline:PutJobFailureResult
    on *
CodePipelineReadOnlyPolicy pipelinename=PipelineName
  codepipeline:ListPipelineExecutions
    on ~codepipeline:@:<pipelinename>
ComprehendBasicAccessPolicy
  comprehend:BatchDetectKeyPhrases comprehend:DetectDominantLanguage comprehend:DetectEntities
  comprehend:BatchDetectEntities comprehend:DetectKeyPhrases comprehend:DetectSentiment
  comprehend:BatchDetectDominantLanguage comprehend:BatchDetectSentiment
    on *
CostExplorerReadOnlyPolicy
  ce:GetCostAndUsage ce:GetDimensionValues ce:GetReservationCoverage
  ce:GetReservationPurchaseRecommendation ce:GetReservationUtilization ce:GetTags
    on *
DynamoDBBackupFullAccessPolicy tableName
  dynamodb:CreateBackup dynamodb:DescribeContinuousBackups
    on ~dynamodb:@:table/<tableName>
  dynamodb:DeleteBackup dynamodb:DescribeBackup dynamodb:ListBackups
    on ~dynamodb:@:table/<tableName>/backup/*
DynamoDBCrudPolicy tableName
  dynamodb:GetItem dynamodb:DeleteItem dynamodb:PutItem dynamodb:Scan dynamodb:Query dynamodb:UpdateItem
  dynamodb:BatchWriteItem dynamodb:BatchGetItem dynamodb:DescribeTable dynamodb:ConditionCheckItem
    on - ~dynamodb:@:table/<tableName> ~dynamodb:@:table/<tableName>/index/*
DynamoDBReadPolicy tableName
  dynamodb:GetItem dynamodb:Scan dynamodb:Query dynamodb:BatchGetItem dynamodb:DescribeTable
    on - ~dynamodb:@:table/<tableName> ~dynamodb:@:table/<tableName>/index/*
DynamoDBReconfigurePolicy tableName
  dynamodb:UpdateTable
    on ~dynamodb:@:table/<tableName>
DynamoDBRestoreFromBackupPolicy tableName
  dynamodb:RestoreTableFromBackup
    on ~dynamodb:@:table/<tableName>/backup/*
  dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:Query dynamodb:Scan
  dynamodb:BatchWriteItem
    on ~dynamodb:@:table/<tableName>
DynamoDBStreamReadPolicy streamName tableName
  dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator
    on ~dynamodb:@:table/<tableName>/stream/<streamName>
  dynamodb:ListStreams
    on ~dynamodb:@:table/<tableName>/stream/*
DynamoDBWritePolicy tableName
  dynamodb:PutItem dynamodb:UpdateItem dynamodb:BatchWriteItem
    on - ~dynamodb:@:table/<tableName> ~dynamodb:@:table/<tableName>/index/*
EC2CopyImagePolicy imageId
  ec2:CopyImage
    on ~ec2:@:image/<imageId>
EC2DescribePolicy
  ec2:DescribeRegions ec2:DescribeInstances
    on *
EcsRunTaskPolicy taskDefinition
  ecs:RunTask
    on ~ecs:@:task-definition/<taskDefinition>
EFSWriteAccessPolicy FileSystem=FileSystem AccessPoint=AccessPoint
  elasticfilesystem:ClientMount elasticfilesystem:ClientWrite
    on ~elasticfilesystem:@:file-system/<FileSystem>
    if elasticfilesystem:AccessPointArn ~elasticfilesystem:@:access-point/<AccessPoint>
EKSDescribePolicy
  eks:DescribeCluster eks:ListClusters
    on *
ElasticMapReduceAddJobFlowStepsPolicy clusterId
  =elasticmapreduce:AddJobFlowSteps
    on ~elasticmapreduce:@:cluster/<clusterId>
ElasticMapReduceCancelStepsPolicy clusterId
  =elasticmapreduce:CancelSteps
    on ~elasticmapreduce:@:cluster/<clusterId>
ElasticMapReduceModifyInstanceFleetPolicy clusterId
  elasticmapreduce:ModifyInstanceFleet elasticmapreduce:ListInstanceFleets
    on ~elasticmapreduce:@:cluster/<clusterId>
ElasticMapReduceModifyInstanceGroupsPolicy clusterId
  elasticmapreduce:ModifyInstanceGroups elasticmapreduce:ListInstanceGroups
    on ~elasticmapreduce:@:cluster/<clusterId>
ElasticMapReduceSetTerminationProtectionPolicy clusterId
  =elasticmapreduce:SetTerminationProtection
    on ~elasticmapreduce:@:cluster/<clusterId>
ElasticMapReduceTerminateJobFlowsPolicy clusterId
  =elasticmapreduce:TerminateJobFlows
    on ~elasticmapreduce:@:cluster/<clusterId>
ElasticsearchHttpPostPolicy domainName
  es:ESHttpPost es:ESHttpPut
    on ~es:@:domain/<domainName>/*
EventBridgePutEventsPolicy eventBusName
  =events:PutEvents
    on ~events:@:event-bus/<eventBusName>
`;
