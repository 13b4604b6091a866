// SAML providers, server certificates and MFA devices as templates declare them.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import { type Provisioner, provisioner } from "../../test-resource-type.ts";
import iam from "../index.ts";

let cloud: TestCloud;
let types: Provisioner;

beforeEach(async () => {
  cloud = await testCloud([iam]);
  types = provisioner(cloud);
});
afterEach(() => cloud.stop());

test("a virtual MFA device is enabled for its user, handed on, and removed", async () => {
  const type = "AWS::IAM::VirtualMFADevice";
  for (const UserName of ["ann", "bob"]) await cloud.call("iam", "CreateUser", { UserName });
  const of = (...Users: string[]) => ({ VirtualMfaDeviceName: "phone", Users });
  const made = await types.create(type, of("ann"));
  expect(made.id).toBe("arn:aws:iam::000000000000:mfa/phone");
  const devices = async (UserName: string) =>
    (await cloud.call("iam", "ListMFADevices", { UserName })).MFADevices;
  expect(await devices("ann")).toMatchObject([{ SerialNumber: made.id }]);
  await types.update(type, made.id, of("bob"), of("ann"));
  expect(await devices("ann")).toEqual([]);
  expect(await types.read(type, made.id)).toMatchObject({ Users: ["bob"] });
  await types.delete(type, made.id, of("bob"));
  expect(await devices("bob")).toEqual([]);
  expect(await types.read(type, made.id)).toBeUndefined();
});

test("a SAML provider's metadata and tags change in place", async () => {
  const type = "AWS::IAM::SAMLProvider";
  const metadata = (more: string) =>
    `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com/${"x".repeat(900)}"${more}><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/></IDPSSODescriptor></EntityDescriptor>`;
  const first = { Name: "idp", SamlMetadataDocument: metadata("") };
  const made = await types.create(type, first);
  expect(made.id).toBe("arn:aws:iam::000000000000:saml-provider/idp");
  const SamlMetadataDocument = metadata(' validUntil="2030-01-01T00:00:00Z"');
  const after = { Name: "idp", SamlMetadataDocument, Tags: [{ Key: "a", Value: "b" }] };
  await types.update(type, made.id, after, first);
  expect(await types.read(type, made.id)).toMatchObject(after);
  expect(await types.list(type)).toEqual([made.id]);
  await types.delete(type, made.id);
  expect(await types.read(type, made.id)).toBeUndefined();
});
