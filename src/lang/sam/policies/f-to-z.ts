// SAM's policy templates from the log filter on, as AWS documents them.
// `table.ts` says how these lines are read.

export const policiesFToZ = `
FilterLogEventsPolicy logGroupName
  logs:FilterLogEvents
    on ~logs:@:log-group:<logGroupName>:log-stream:*
FirehoseCrudPolicy deliveryStreamName
  firehose:CreateDeliveryStream firehose:DeleteDeliveryStream firehose:DescribeDeliveryStream
  firehose:PutRecord firehose:PutRecordBatch firehose:UpdateDestination
    on ~firehose:@:deliverystream/<deliveryStreamName>
FirehoseWritePolicy deliveryStreamName
  firehose:PutRecord firehose:PutRecordBatch
    on ~firehose:@:deliverystream/<deliveryStreamName>
KinesisCrudPolicy streamName
  kinesis:AddTagsToStream kinesis:CreateStream kinesis:DecreaseStreamRetentionPeriod
  kinesis:DeleteStream kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetShardIterator
  kinesis:IncreaseStreamRetentionPeriod kinesis:ListTagsForStream kinesis:MergeShards kinesis:PutRecord
  kinesis:PutRecords kinesis:SplitShard kinesis:RemoveTagsFromStream
    on ~kinesis:@:stream/<streamName>
KinesisStreamReadPolicy streamName
  kinesis:ListStreams kinesis:DescribeLimits
    on ~kinesis:@:stream/*
  kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator
    on ~kinesis:@:stream/<streamName>
KMSDecryptPolicy keyId
  =kms:Decrypt
    on ~kms:@:key/<keyId>
KMSEncryptPolicy keyId
  =kms:Encrypt
    on ~kms:@:key/<keyId>
KMSEncryptPolicy_v2 keyId
  kms:Encrypt kms:GenerateDataKey kms:GenerateDataKeyWithoutPlaintext kms:GenerateDataKeyPair
  kms:GenerateDataKeyPairWithoutPlaintext
    on ~kms:@:key/<keyId>
LambdaInvokePolicy functionName
  lambda:InvokeFunction
    on ~lambda:@:function:<functionName>*
MobileAnalyticsWriteOnlyAccessPolicy
  mobileanalytics:PutEvents
    on *
OrganizationsListAccountsPolicy
  organizations:ListAccounts
    on *
PinpointEndpointAccessPolicy pinpointApplicationId
  mobiletargeting:GetEndpoint mobiletargeting:UpdateEndpoint mobiletargeting:UpdateEndpointsBatch
    on ~mobiletargeting:@:apps/<pinpointApplicationId>/endpoints/*
PollyFullAccessPolicy lexiconName
  polly:GetLexicon polly:DeleteLexicon
    on - ~polly:@:lexicon/<lexiconName>
  polly:DescribeVoices polly:ListLexicons polly:PutLexicon polly:SynthesizeSpeech
    on - ~polly:@:lexicon/*
RekognitionDetectOnlyPolicy
  rekognition:DetectFaces rekognition:DetectLabels rekognition:DetectModerationLabels
  rekognition:DetectText
    on *
RekognitionFacesManagementPolicy collectionId
  rekognition:IndexFaces rekognition:DeleteFaces rekognition:SearchFaces rekognition:SearchFacesByImage
  rekognition:ListFaces
    on ~rekognition:@:collection/<collectionId>
RekognitionFacesPolicy
  rekognition:CompareFaces rekognition:DetectFaces
    on *
RekognitionLabelsPolicy
  rekognition:DetectLabels rekognition:DetectModerationLabels
    on *
RekognitionNoDataAccessPolicy collectionId
  rekognition:CompareFaces rekognition:DetectFaces rekognition:DetectLabels
  rekognition:DetectModerationLabels
    on ~rekognition:@:collection/<collectionId>
RekognitionReadPolicy collectionId
  rekognition:ListCollections rekognition:ListFaces rekognition:SearchFaces
  rekognition:SearchFacesByImage
    on ~rekognition:@:collection/<collectionId>
RekognitionWriteOnlyAccessPolicy collectionId
  rekognition:CreateCollection rekognition:IndexFaces
    on ~rekognition:@:collection/<collectionId>
Route53ChangeResourceRecordSetsPolicy HostedZoneId=HostedZoneId
  route53:ChangeResourceRecordSets
    on ~route53:::hostedzone/<HostedZoneId>
S3CrudPolicy bucketName
  s3:GetObject s3:ListBucket s3:GetBucketLocation s3:GetObjectVersion s3:PutObject s3:PutObjectAcl
  s3:GetLifecycleConfiguration s3:PutLifecycleConfiguration s3:DeleteObject
    on - ~s3:::<bucketName> ~s3:::<bucketName>/*
S3FullAccessPolicy bucketName
  s3:GetObject s3:GetObjectAcl s3:GetObjectVersion s3:PutObject s3:PutObjectAcl s3:DeleteObject
  s3:DeleteObjectTagging s3:DeleteObjectVersionTagging s3:GetObjectTagging s3:GetObjectVersionTagging
  s3:PutObjectTagging s3:PutObjectVersionTagging
    on - ~s3:::<bucketName>/*
  s3:ListBucket s3:GetBucketLocation s3:GetLifecycleConfiguration s3:PutLifecycleConfiguration
    on - ~s3:::<bucketName>
S3ReadPolicy bucketName
  s3:GetObject s3:ListBucket s3:GetBucketLocation s3:GetObjectVersion s3:GetLifecycleConfiguration
    on - ~s3:::<bucketName> ~s3:::<bucketName>/*
S3WritePolicy bucketName
  s3:PutObject s3:PutObjectAcl s3:PutLifecycleConfiguration
    on - ~s3:::<bucketName> ~s3:::<bucketName>/*
SageMakerCreateEndpointConfigPolicy endpointConfigName
  sagemaker:CreateEndpointConfig
    on ~sagemaker:@:endpoint-config/<endpointConfigName>
SageMakerCreateEndpointPolicy endpointName
  sagemaker:CreateEndpoint
    on ~sagemaker:@:endpoint/<endpointName>
ServerlessRepoReadWriteAccessPolicy
  serverlessrepo:CreateApplication serverlessrepo:CreateApplicationVersion
  serverlessrepo:UpdateApplication serverlessrepo:GetApplication serverlessrepo:ListApplications
  serverlessrepo:ListApplicationVersions serverlessrepo:ListApplicationDependencies
    on - ~serverlessrepo:@:applications/*
SESBulkTemplatedCrudPolicy identityName
  ses:GetIdentityVerificationAttributes ses:SendEmail ses:SendRawEmail ses:SendTemplatedEmail
  ses:SendBulkTemplatedEmail ses:VerifyEmailIdentity
    on ~ses:@:identity/<identityName>
SESBulkTemplatedCrudPolicy_v2 identityName templateName
  ses:SendEmail ses:SendRawEmail ses:SendTemplatedEmail ses:SendBulkTemplatedEmail
    on - ~ses:@:identity/<identityName> ~ses:@:template/<templateName>
  ses:GetIdentityVerificationAttributes ses:VerifyEmailIdentity
    on *
SESCrudPolicy identityName
  ses:GetIdentityVerificationAttributes ses:SendEmail ses:SendRawEmail ses:VerifyEmailIdentity
    on ~ses:@:identity/<identityName>
SESEmailTemplateCrudPolicy
  ses:CreateTemplate ses:GetTemplate ses:ListTemplates ses:UpdateTemplate ses:DeleteTemplate
  ses:TestRenderTemplate
    on *
SESSendBouncePolicy identityName
  ses:SendBounce
    on ~ses:@:identity/<identityName>
SNSCrudPolicy topicName
  sns:ListSubscriptionsByTopic sns:CreateTopic sns:SetTopicAttributes sns:Subscribe sns:Publish
    on ~sns:@:<topicName>*
SNSPublishMessagePolicy topicName
  sns:Publish
    on ~sns:@:<topicName>
SQSPollerPolicy queueName
  sqs:ChangeMessageVisibility sqs:ChangeMessageVisibilityBatch sqs:DeleteMessage sqs:DeleteMessageBatch
  sqs:GetQueueAttributes sqs:ReceiveMessage
    on ~sqs:@:<queueName>
SQSSendMessagePolicy queueName
  sqs:SendMessage*
    on ~sqs:@:<queueName>
SSMParameterReadPolicy parameterName
  ssm:DescribeParameters
    on *
  ssm:GetParameters ssm:GetParameter ssm:GetParametersByPath
    on ~ssm:@:parameter/<parameterName>
SSMParameterWithSlashPrefixReadPolicy parameterName
  ssm:DescribeParameters
    on *
  ssm:GetParameters ssm:GetParameter ssm:GetParametersByPath
    on ~ssm:@:parameter<parameterName>
StepFunctionsExecutionPolicy stateMachineName
  states:StartExecution
    on ~states:@:stateMachine:<stateMachineName>
TextractDetectAnalyzePolicy
  textract:DetectDocumentText textract:StartDocumentTextDetection textract:StartDocumentAnalysis
  textract:AnalyzeDocument
    on *
TextractGetResultPolicy
  textract:GetDocumentTextDetection textract:GetDocumentAnalysis
    on *
TextractPolicy
  textract:*
    on *
VPCAccessPolicy
  ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:DescribeNetworkInterfaces
  ec2:DetachNetworkInterface
    on *
StepFunctionsCallbackPolicy stateMachineName
  states:SendTaskFailure states:SendTaskHeartbeat states:SendTaskSuccess
    on ~states:@:stateMachine:<stateMachineName>
`;
