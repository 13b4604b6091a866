// The intrinsic functions. Each is given its argument as written and evaluates
// what it needs of it, since some (`Fn::If`) evaluate only a part.

import { cidrBlocks } from "./cidr.ts";
import { TemplateError } from "./error.ts";
import { type Evaluator, reference, truth } from "./evaluate.ts";
import { attributePath } from "./parse.ts";
import { isFields, isKnown, noValue, unresolved, type Value } from "./value.ts";

type IntrinsicFunction = (argument: Value, self: Evaluator) => Value;

const error = (message: string): TemplateError => new TemplateError(`Template error: ${message}`);

const isText = (value: Value | undefined): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** A list argument, evaluated; undefined where it is none. */
function list(argument: Value, self: Evaluator): readonly Value[] | undefined {
  const value = self.evaluate(argument);
  return Array.isArray(value) ? value : undefined;
}

const join: IntrinsicFunction = (argument, self) => {
  const [delimiter, given, ...more] = Array.isArray(argument) ? argument : [];
  const values = given === undefined ? undefined : self.evaluate(given);
  if (values === unresolved) return unresolved;
  if (typeof delimiter !== "string" || !Array.isArray(values) || more.length > 0) {
    throw error(
      "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.",
    );
  }
  if (!isKnown(values)) return unresolved;
  return values
    .map((each) => {
      if (!isText(each)) throw error("every Fn::Join object requires a list of strings to be joined.");
      return String(each);
    })
    .join(delimiter);
};

const split: IntrinsicFunction = (argument, self) => {
  const [delimiter, given] = Array.isArray(argument) ? argument : [];
  const text = given === undefined ? undefined : self.evaluate(given);
  if (text === unresolved) return unresolved;
  if (typeof delimiter !== "string" || delimiter === "" || !isText(text)) {
    throw error(
      "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.",
    );
  }
  return String(text).split(delimiter);
};

const select: IntrinsicFunction = (argument, self) => {
  const [at, given] = Array.isArray(argument) ? argument : [];
  const index = at === undefined ? undefined : self.evaluate(at);
  const values = given === undefined ? undefined : self.evaluate(given);
  if (index === unresolved || values === unresolved) return unresolved;
  if (!isText(index) || !/^\d+$/.test(String(index)) || !Array.isArray(values))
    throw error("Fn::Select requires a list argument with two elements: an integer index and a list");
  const found = values[Number(index)];
  if (found === undefined || found === null)
    throw error(`Fn::Select cannot select nonexistent value at index ${index}`);
  return found;
};

const substitute: IntrinsicFunction = (argument, self) => {
  const [text, names] =
    typeof argument === "string" ? [argument, {}] : Array.isArray(argument) ? argument : [];
  if (typeof text !== "string" || !isFields(names)) {
    throw error(
      "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
    );
  }
  let known = true;
  const result = text.replace(/\$\{([^}]*)\}/g, (whole, given: string) => {
    if (given.startsWith("!")) return `\${${given.slice(1)}}`;
    const name = given.trim();
    if (!/^[A-Za-z0-9_.:]+$/.test(name)) {
      throw error(
        `variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons`,
      );
    }
    const inner = names[name];
    const value =
      inner !== undefined
        ? self.evaluate(inner)
        : name.includes(".")
          ? getAttribute(attributePath(name), self)
          : reference(name, self);
    if (value === unresolved || !isKnown(value)) {
      known = false;
      return whole;
    }
    if (value === noValue) return "";
    if (Array.isArray(value) || isFields(value))
      throw error(`Fn::Sub expression does not resolve to a string`);
    return String(value);
  });
  return known ? result : unresolved;
};

const getAttribute: IntrinsicFunction = (argument, self) => {
  const path = typeof argument === "string" ? attributePath(argument) : argument;
  const [resource, ...names] = Array.isArray(path) ? path : [];
  const parts = names.map((each) => self.evaluate(each));
  if (typeof resource !== "string" || resource === "" || parts.length === 0 || !parts.every(isText)) {
    throw error(
      "every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute",
    );
  }
  if (!self.scope.template.resources.has(resource))
    throw error(`instance of Fn::GetAtt references undefined resource ${resource}`);
  return self.scope.attribute(resource, parts.join("."));
};

const findInMap: IntrinsicFunction = (argument, self) => {
  const given = Array.isArray(argument) ? argument : [];
  const [map, first, second] = given.slice(0, 3).map((each) => self.evaluate(each));
  if (!isText(map) || !isText(first) || !isText(second)) {
    throw error(
      "every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value",
    );
  }
  const { mappings } = self.scope.template;
  const outer = mappings[String(map)];
  const inner = isFields(outer) ? outer[String(first)] : undefined;
  const found = isFields(inner) ? inner[String(second)] : undefined;
  if (found !== undefined) return self.evaluate(found);
  const options = given[3];
  if (isFields(options) && options.DefaultValue !== undefined) return self.evaluate(options.DefaultValue);
  if (outer === undefined) {
    throw new TemplateError(
      `Template validation error: Template error: Mapping named '${map}' is not present in the 'Mappings' section of template.`,
    );
  }
  throw error(`Unable to get mapping for ${map}::${first}::${second}`);
};

const choose: IntrinsicFunction = (argument, self) => {
  const [condition, yes, no, ...more] = Array.isArray(argument) ? argument : [];
  if (typeof condition !== "string" || yes === undefined || no === undefined || more.length > 0)
    throw error("Fn::If requires a list argument with three elements");
  return self.evaluate(self.condition(condition) ? yes : no);
};

const equals: IntrinsicFunction = (argument, self) => {
  const values = list(argument, self);
  if (values?.length !== 2) throw error("every Fn::Equals object requires a list of 2 string parameters.");
  if (!isKnown(values)) return unresolved;
  const text = (value: Value | undefined): string => (isText(value) ? String(value) : JSON.stringify(value));
  return text(values[0]) === text(values[1]);
};

function truths(name: string, argument: Value, self: Evaluator): readonly boolean[] {
  const values = list(argument, self);
  if (values === undefined || values.length < 2 || values.length > 10)
    throw error(`every ${name} object requires a list of at least 2 and at most 10 boolean parameters.`);
  return values.map(truth);
}

const not: IntrinsicFunction = (argument, self) => {
  const values = list(argument, self);
  const [value] = values ?? [];
  if (values?.length !== 1 || value === undefined)
    throw error("every Fn::Not object requires a list of 1 boolean parameter.");
  return !truth(value);
};

const base64: IntrinsicFunction = (argument, self) => {
  const value = self.evaluate(argument);
  if (value === unresolved) return unresolved;
  if (!isText(value)) throw error("every Fn::Base64 object must have a String-typed value.");
  return Buffer.from(String(value)).toString("base64");
};

const cidr: IntrinsicFunction = (argument, self) => {
  const values = list(argument, self);
  if (values !== undefined && !isKnown(values)) return unresolved;
  const [block, count, bits] = values ?? [];
  if (!isText(block) || !isText(count))
    throw error("Fn::Cidr requires a list argument with two or three elements: ipBlock, count and cidrBits");
  return cidrBlocks(String(block), Number(count), bits === undefined ? undefined : Number(bits));
};

const zones: IntrinsicFunction = (argument, self) => {
  const value = self.evaluate(argument);
  const region = value === "" || value === null ? self.scope.pseudo.get("AWS::Region") : value;
  if (!isText(region)) throw error("Fn::GetAZs requires a region name");
  return self.scope.zones(String(region));
};

const importValue: IntrinsicFunction = (argument, self) => {
  const name = self.evaluate(argument);
  if (name === unresolved) return unresolved;
  if (!isText(name))
    throw error(
      "the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs",
    );
  return self.scope.imported(String(name));
};

function extension(name: string, self: Evaluator): void {
  if (!self.scope.template.transforms.includes("AWS::LanguageExtensions")) {
    throw new TemplateError(`Template format error: ${name} requires the transform AWS::LanguageExtensions`);
  }
}

const length: IntrinsicFunction = (argument, self) => {
  extension("Fn::Length", self);
  const value = self.evaluate(argument);
  if (value === unresolved) return unresolved;
  if (!Array.isArray(value)) throw error("Fn::Length must receive a list or a function that returns a list.");
  return value.length;
};

const toJsonString: IntrinsicFunction = (argument, self) => {
  extension("Fn::ToJsonString", self);
  const value = self.evaluate(argument);
  return isKnown(value) ? JSON.stringify(value) : unresolved;
};

export const functions: Readonly<Record<string, IntrinsicFunction>> = {
  "Fn::Base64": base64,
  "Fn::GetAtt": getAttribute,
  "Fn::GetAZs": zones,
  "Fn::ImportValue": importValue,
  "Fn::Join": join,
  "Fn::Split": split,
  "Fn::FindInMap": findInMap,
  "Fn::Select": select,
  "Fn::If": choose,
  "Fn::Equals": equals,
  "Fn::Sub": substitute,
  "Fn::And": (argument, self) => truths("Fn::And", argument, self).every(Boolean),
  "Fn::Or": (argument, self) => truths("Fn::Or", argument, self).some(Boolean),
  "Fn::Not": not,
  "Fn::Cidr": cidr,
  "Fn::Length": length,
  "Fn::ToJsonString": toJsonString,
};
