// Which route a request means: of those that take its method, the one with the
// most specific path, a text before a variable before a greedy variable; else
// $default (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html).

interface Node<T> {
  readonly texts: Map<string, Node<T>>;
  variable: Node<T> | undefined;
  /** By method, of routes that end here. */
  readonly routes: Map<string, Entry<T>>;
  /** By method, of routes that end in a greedy variable here. */
  readonly greedy: Map<string, Entry<T>>;
}

interface Entry<T> {
  readonly route: T;
  readonly variables: readonly string[];
}

export interface RouteMatch<T> {
  readonly route: T;
  readonly pathParameters: Readonly<Record<string, string>>;
}

export type RouteTable<T> = (method: string, path: string) => RouteMatch<T> | undefined;

/** `paths` match decoded segments; `routes` by their keys. */
export function compileRoutes<T>(routes: Iterable<readonly [key: string, route: T]>): RouteTable<T> {
  const root = node<T>();
  let fallback: T | undefined;
  for (const [key, route] of routes) {
    if (key === "$default") fallback = route;
    else insert(root, key, route);
  }
  return (method, path) => {
    const segments = path.slice(1).split("/");
    const values: string[] = [];
    const found = find(root, segments, 0, method, values);
    if (found !== undefined) return { route: found.route, pathParameters: named(found.variables, values) };
    return fallback === undefined ? undefined : { route: fallback, pathParameters: {} };
  };
}

function node<T>(): Node<T> {
  return { texts: new Map(), variable: undefined, routes: new Map(), greedy: new Map() };
}

function insert<T>(root: Node<T>, key: string, route: T): void {
  const space = key.indexOf(" ");
  const method = key.slice(0, space);
  const variables: string[] = [];
  let at = root;
  for (const segment of key.slice(space + 2).split("/")) {
    const [, name, greedy] = /^\{(.+?)(\+?)\}$/.exec(segment) ?? [];
    if (name === undefined) {
      let next = at.texts.get(segment);
      if (next === undefined) {
        next = node();
        at.texts.set(segment, next);
      }
      at = next;
      continue;
    }
    variables.push(name);
    if (greedy === "+") {
      at.greedy.set(method, { route, variables });
      return;
    }
    at.variable ??= node();
    at = at.variable;
  }
  at.routes.set(method, { route, variables });
}

function find<T>(
  at: Node<T>,
  segments: readonly string[],
  depth: number,
  method: string,
  values: string[],
): Entry<T> | undefined {
  if (depth === segments.length) return at.routes.get(method) ?? at.routes.get("ANY");
  const segment = segments[depth]!;
  const text = at.texts.get(segment);
  const byText = text && find(text, segments, depth + 1, method, values);
  if (byText !== undefined) return byText;
  if (at.variable !== undefined && segment !== "") {
    values.push(segment);
    const byVariable = find(at.variable, segments, depth + 1, method, values);
    if (byVariable !== undefined) return byVariable;
    values.pop();
  }
  const greedy = at.greedy.get(method) ?? at.greedy.get("ANY");
  if (greedy === undefined) return undefined;
  const rest = segments.slice(depth).join("/");
  if (rest === "") return undefined;
  values.push(rest);
  return greedy;
}

function named(names: readonly string[], values: readonly string[]): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [at, name] of names.entries()) parameters[name] = values[at]!;
  return parameters;
}
