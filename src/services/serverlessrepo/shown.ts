// Applications and versions as clients see them.

import type { ApplicationState } from "./application.ts";
import { applicationName } from "./application.ts";
import { isoTime, type Output } from "./model.ts";
import { shelfUrl } from "./shelf.ts";
import type { VersionState } from "./version.ts";

/** What is asked of a transaction or a waiting context alike. */
interface Seen {
  readonly endpoint: string;
}

export function shownSummary(application: ApplicationState) {
  const { arn, author, createdAt, description, homePageUrl, labels, name, spdxLicenseId } = application;
  return {
    ApplicationId: arn,
    Author: author,
    CreationTime: isoTime(createdAt),
    Description: description,
    HomePageUrl: homePageUrl,
    Labels: labels ?? [],
    Name: name,
    SpdxLicenseId: spdxLicenseId,
  };
}

export function shownApplication(
  at: Seen,
  application: ApplicationState,
  version: VersionState | undefined,
): Output<"GetApplication"> {
  const { region } = applicationName(application.arn);
  const url = (key: string | undefined) => (key === undefined ? undefined : shelfUrl(at, region, key));
  return {
    ...shownSummary(application),
    IsVerifiedAuthor: false,
    LicenseUrl: url(application.licenseKey),
    ReadmeUrl: url(application.readmeKey),
    ...(version === undefined ? {} : { Version: shownVersion(at, application, version) }),
  };
}

export function shownVersion(at: Seen, { arn }: ApplicationState, version: VersionState) {
  const { region } = applicationName(arn);
  return {
    ApplicationId: arn,
    CreationTime: isoTime(version.createdAt),
    ParameterDefinitions: version.parameters,
    RequiredCapabilities: version.capabilities,
    ResourcesSupported: version.supported,
    SemanticVersion: version.version,
    SourceCodeArchiveUrl: version.sourceCodeArchiveUrl,
    SourceCodeUrl: version.sourceCodeUrl,
    TemplateUrl: shelfUrl(at, region, version.templateKey),
  };
}
