// Code bindings for Java 8: beans annotated for Jackson, and a marshaller over
// its mapper.

import { type Class, type Field, type FieldType, fieldName } from "./classes.ts";
import type { SourceFile } from "./source-file.ts";

const keywords = new Set(
  "abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for goto if implements import instanceof int interface long native new package private protected public return short static strictfp super switch synchronized this throw throws transient try void volatile while".split(
    " ",
  ),
);

export function javaBinding(classes: readonly Class[], folders: readonly string[]): readonly SourceFile[] {
  const folder = folders.join("/");
  const own = folders.map((part) => (keywords.has(part) ? `${part}_` : part)).join(".");
  return [
    ...classes.map((each) => ({ path: `${folder}/${each.name}.java`, text: classText(each, own) })),
    { path: `${folder}/marshaller/Marshaller.java`, text: marshaller(own) },
  ];
}

function typeText(type: FieldType): string {
  switch (type.kind) {
    case "class":
      return type.name;
    case "list":
      return `List<${typeText(type.of)}>`;
    case "date-time":
      return "Date";
    case "string":
      return "String";
    case "number":
      return "Double";
    case "integer":
      return "Long";
    case "boolean":
      return "Boolean";
    case "any":
      return "Object";
  }
}

function variable(field: Field): string {
  const made = fieldName(field);
  return keywords.has(made) ? `${made}_` : made;
}

function classText({ name, fields }: Class, own: string): string {
  const members = fields.map(
    (field) => `
    @JsonProperty(${JSON.stringify(field.name)})
    private ${typeText(field.type)} ${variable(field)};
`,
  );
  const methods = fields.map((field) => {
    // Every object has a getClass already.
    const suffix = field.label === "Class" ? "Class_" : field.label;
    const type = typeText(field.type);
    return `
    public ${type} get${suffix}() {
        return ${variable(field)};
    }

    public void set${suffix}(${type} value) {
        this.${variable(field)} = value;
    }
`;
  });
  return `package ${own};

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;
import java.util.Date;
import java.util.List;

@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonAutoDetect(getterVisibility = JsonAutoDetect.Visibility.NONE, setterVisibility = JsonAutoDetect.Visibility.NONE)
public class ${name} implements Serializable {
${members.join("")}${methods.join("")}}
`;
}

function marshaller(own: string): string {
  return `package ${own}.marshaller;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

public class Marshaller {

    private static final ObjectMapper MAPPER = new ObjectMapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    public static <T> void marshall(OutputStream output, T value) throws IOException {
        MAPPER.writeValue(output, value);
    }

    public static <T> T unmarshall(InputStream input, Class<T> type) throws IOException {
        return MAPPER.readValue(input, type);
    }
}
`;
}
