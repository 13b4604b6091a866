// One end of a connector: a resource of this template by its id, or one outside of
// it by what is known of it.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import { attribute, type Expansion, ref } from "../expansion.ts";
import { refuse } from "../refusal.ts";

export interface End {
  /** Of a resource of this template. */
  readonly id?: string;
  /** As it is written, and as it is once it is written out. */
  readonly type: string;
  readonly plainType: string;
  readonly arn: Value | undefined;
  readonly name: Value | undefined;
  readonly roleName: Value | undefined;
  readonly queueUrl: Value | undefined;
  readonly resourceId: Value | undefined;
  readonly qualifier: Value | undefined;
}

const plainTypes: Readonly<Record<string, string>> = {
  "AWS::Serverless::Api": "AWS::ApiGateway::RestApi",
  "AWS::Serverless::Function": "AWS::Lambda::Function",
  "AWS::Serverless::GraphQLApi": "AWS::AppSync::GraphQLApi",
  "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
  "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
  "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
  "AWS::Serverless::WebSocketApi": "AWS::ApiGatewayV2::Api",
};

/** Whose `Ref` is an ARN. */
const refersByArn = new Set(["AWS::SNS::Topic", "AWS::StepFunctions::StateMachine"]);

const roleProperties: Readonly<Record<string, string>> = {
  "AWS::AppSync::DataSource": "ServiceRoleArn",
  "AWS::Lambda::Function": "Role",
  "AWS::Serverless::Function": "Role",
  "AWS::Serverless::StateMachine": "Role",
  "AWS::StepFunctions::StateMachine": "RoleArn",
};

export function endOf(expansion: Expansion, given: Value | undefined, which: string): End {
  if (!isFields(given)) refuse(`'${which}' must be a dictionary.`);
  const { Id, Type } = given;
  if (Id === undefined) {
    if (typeof Type !== "string") refuse(`'Type' is missing or not a string.`);
    return {
      type: Type,
      plainType: plainTypes[Type] ?? Type,
      arn: given.Arn,
      name: given.Name,
      roleName: given.RoleName,
      queueUrl: given.QueueUrl,
      resourceId: given.ResourceId,
      qualifier: given.Qualifier,
    };
  }
  if (typeof Id !== "string") refuse(`'Id' is missing or not a string.`);
  if (Object.keys(given).some((name) => name !== "Id" && name !== "Qualifier"))
    refuse("Must provide 'Id' (with optional 'Qualifier') or a supported combination of other properties.");
  const all = isFields(expansion.given.Resources) ? expansion.given.Resources : {};
  const resource = expansion.declared.get(Id)?.resource ?? all[Id];
  if (!isFields(resource)) refuse(`Unable to find resource with logical ID '${Id}'.`);
  const type = resource.Type;
  if (typeof type !== "string") refuse(`'Type' is missing or not a string.`);
  const plainType = plainTypes[type] ?? type;
  const graph = plainType === "AWS::AppSync::GraphQLApi";
  return {
    id: Id,
    type,
    plainType,
    arn: refersByArn.has(plainType) ? ref(Id) : attribute(Id, "Arn"),
    name: attribute(Id, "Name"),
    roleName: roleOf(Id, type, resource),
    queueUrl: ref(Id),
    resourceId: graph ? attribute(Id, "ApiId") : ref(Id),
    qualifier: given.Qualifier,
  };
}

/** A role can be told where SAM makes it, or where it is a resource of this template. */
function roleOf(id: string, type: string, resource: Fields): Value | undefined {
  const properties = isFields(resource.Properties) ? resource.Properties : {};
  const arn = properties[roleProperties[type] ?? ""];
  if (arn === undefined) return type.startsWith("AWS::Serverless::") ? ref(`${id}Role`) : undefined;
  const path = isFields(arn) ? arn["Fn::GetAtt"] : undefined;
  const [role, name] = typeof path === "string" ? path.split(".") : Array.isArray(path) ? path : [];
  return typeof role === "string" && name === "Arn" ? ref(role) : undefined;
}
