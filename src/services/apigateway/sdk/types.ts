// The kinds of clients that API Gateway writes, and what each must be told.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-generate-sdk.html

import type { SdkConfigurationProperty, SdkType } from "../../../model/generated/apigateway.d.ts";

const property = (
  name: string,
  friendlyName: string,
  description: string,
  required: boolean,
): SdkConfigurationProperty => ({ name, friendlyName, description, required });

const classPrefix = property("classPrefix", "Prefix", "The prefix of the generated classes.", true);

export const sdkTypes: readonly (SdkType & { readonly id: string })[] = [
  {
    id: "android",
    friendlyName: "Android",
    description: "SDK for Android",
    configurationProperties: [
      property("groupId", "Group ID", "The group ID of the generated project.", true),
      property("artifactId", "Artifact ID", "The artifact ID of the generated project.", true),
      property("artifactVersion", "Artifact Version", "The version of the generated project.", true),
      property("invokerPackage", "Package Name", "The package of the generated classes.", true),
    ],
  },
  {
    id: "java",
    friendlyName: "Java SDK",
    description: "SDK for Java",
    configurationProperties: [
      property("service.name", "Service Name", "The name of the generated client.", true),
      property("java.package-name", "Java Package Name", "The package of the generated classes.", true),
      property("java.build-system", "Java Build System", "Maven or Gradle.", false),
      property("java.group-id", "Java Group Id", "The group ID of the generated project.", false),
      property("java.artifact-id", "Java Artifact Id", "The artifact ID of the generated project.", false),
      property(
        "java.artifact-version",
        "Java Artifact Version",
        "The version of the generated project.",
        false,
      ),
    ],
  },
  {
    id: "javascript",
    friendlyName: "JavaScript",
    description: "SDK for JavaScript",
    configurationProperties: [],
  },
  {
    id: "objectivec",
    friendlyName: "iOS (Objective-C)",
    description: "SDK for iOS in Objective-C",
    configurationProperties: [classPrefix],
  },
  {
    id: "ruby",
    friendlyName: "Ruby SDK",
    description: "SDK for Ruby",
    configurationProperties: [
      property("service.name", "Service Name", "The name of the generated client.", true),
      property("ruby.gem-name", "Ruby Gem Name", "The name of the generated gem.", false),
      property("ruby.gem-version", "Ruby Gem Version", "The version of the generated gem.", false),
    ],
  },
  {
    id: "swift",
    friendlyName: "iOS (Swift)",
    description: "SDK for iOS in Swift",
    configurationProperties: [classPrefix],
  },
];
