// Amazon Elastic Container Registry: repositories of images, and the registry
// that container tools push to and pull from. What differs from AWS is in
// README.md.

import { defineService } from "../../core/service.ts";
import type { Ecr } from "../../model/generated/ecr.d.ts";
import { clearRepository } from "./images/clear.ts";
import { Image, ImageTag } from "./images/image.ts";
import { deleteBlobs, Layer, Use } from "./layers/layer.ts";
import { dropUpload, Upload } from "./layers/upload.ts";
import { evaluateLifecycle } from "./lifecycle/evaluate.ts";
import { ecr, invalidInput } from "./model.ts";
import * as images from "./operations/images.ts";
import * as layers from "./operations/layers.ts";
import * as lifecycle from "./operations/lifecycle.ts";
import * as policies from "./operations/policies.ts";
import * as registry from "./operations/registry.ts";
import * as repositories from "./operations/repositories.ts";
import { describeImageScanFindings } from "./operations/scan.ts";
import { registryEndpoint } from "./registry/endpoint.ts";
import { layerEndpoint } from "./registry/layer-url.ts";
import { RegistrySecret } from "./registry/secret.ts";
import { Repository } from "./repositories/repository.ts";
import { registryPolicyType, repositoryType } from "./resource-types/repository.ts";

export default defineService<Ecr>({
  model: ecr,
  resources: [
    Repository,
    Image,
    ImageTag,
    Layer,
    Use,
    Upload,
    lifecycle.Preview,
    registry.Registry,
    RegistrySecret,
  ],
  operations: {
    CreateRepository: repositories.createRepository,
    DescribeRepositories: repositories.describeRepositories,
    DeleteRepository: repositories.deleteRepository,
    PutImageTagMutability: repositories.putImageTagMutability,
    PutImageScanningConfiguration: repositories.putImageScanningConfiguration,
    SetRepositoryPolicy: policies.setRepositoryPolicy,
    GetRepositoryPolicy: policies.getRepositoryPolicy,
    DeleteRepositoryPolicy: policies.deleteRepositoryPolicy,
    TagResource: policies.tagResource,
    UntagResource: policies.untagResource,
    ListTagsForResource: policies.listTagsForResource,
    PutLifecyclePolicy: lifecycle.putLifecyclePolicy,
    GetLifecyclePolicy: lifecycle.getLifecyclePolicy,
    DeleteLifecyclePolicy: lifecycle.deleteLifecyclePolicy,
    StartLifecyclePolicyPreview: lifecycle.startLifecyclePolicyPreview,
    GetLifecyclePolicyPreview: lifecycle.getLifecyclePolicyPreview,
    InitiateLayerUpload: layers.initiateLayerUpload,
    UploadLayerPart: { waits: layers.uploadLayerPart },
    CompleteLayerUpload: { waits: layers.completeLayerUpload },
    BatchCheckLayerAvailability: layers.batchCheckLayerAvailability,
    GetDownloadUrlForLayer: layers.getDownloadUrlForLayer,
    PutImage: images.putImage,
    BatchGetImage: images.batchGetImage,
    BatchDeleteImage: images.batchDeleteImage,
    DescribeImages: images.describeImages,
    ListImages: images.listImages,
    DescribeImageScanFindings: describeImageScanFindings,
    GetAuthorizationToken: registry.getAuthorizationToken,
    DescribeRegistry: registry.describeRegistry,
    PutRegistryPolicy: registry.putRegistryPolicy,
    GetRegistryPolicy: registry.getRegistryPolicy,
    DeleteRegistryPolicy: registry.deleteRegistryPolicy,
    PutRegistryScanningConfiguration: registry.putRegistryScanningConfiguration,
    GetRegistryScanningConfiguration: registry.getRegistryScanningConfiguration,
    BatchGetRepositoryScanningConfiguration: registry.batchGetRepositoryScanningConfiguration,
    GetAccountSetting: registry.getAccountSetting,
  },
  endpoints: [registryEndpoint, layerEndpoint],
  resourceTypes: [repositoryType, registryPolicyType],
  jobs: [deleteBlobs, dropUpload, clearRepository, evaluateLifecycle],
  validationError: "InvalidParameterException",
  validationMessage: invalidInput,
});
