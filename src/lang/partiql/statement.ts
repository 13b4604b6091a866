// The grammar of PartiQL's statements: SELECT, INSERT, UPDATE, DELETE, and
// EXISTS around a SELECT.

import { ExpressionParser } from "./expression.ts";
import type {
  Change,
  Delete,
  Expression,
  Insert,
  ParsedStatement,
  Path,
  Returning,
  Select,
  Source,
  Statement,
  Update,
} from "./syntax.ts";
import { isKeyword, PartiqlError } from "./token-stream.ts";

const leftover = () => new PartiqlError("Unexpected token after expression");

/** Throws `PartiqlError`. */
export function parseStatement(text: string): ParsedStatement {
  const parser = new StatementParser(text);
  return { statement: parser.statement(), parameters: parser.parameters };
}

class StatementParser extends ExpressionParser {
  statement(): Statement {
    const statement = this.#begin();
    if (this.peek().kind !== "end") throw leftover();
    return statement;
  }

  #begin(): Statement {
    if (this.acceptKeyword("SELECT")) return this.#select();
    if (this.acceptKeyword("INSERT")) return this.#insert();
    if (this.acceptKeyword("UPDATE")) return this.#update();
    if (this.acceptKeyword("DELETE")) return this.#delete();
    if (this.acceptKeyword("FROM")) return this.#fromFirst();
    if (this.acceptKeyword("EXISTS")) {
      this.expectSymbol("(");
      this.expectKeyword("SELECT");
      const select = this.#select();
      this.expectSymbol(")");
      return { kind: "exists", select };
    }
    throw new PartiqlError("Expected data manipulation");
  }

  #select(): Select {
    const columns = this.#columns();
    this.expectKeyword("FROM");
    const from = this.#aliasless();
    const where = this.#where();
    const order: { path: Path; descending: boolean }[] = [];
    if (this.acceptKeyword("ORDER")) {
      this.expectKeyword("BY");
      do {
        const path = this.path();
        const descending = this.acceptKeyword("DESC");
        if (!descending) this.acceptKeyword("ASC");
        order.push({ path, descending });
      } while (this.acceptSymbol(","));
    }
    return { kind: "select", columns, from, where, order };
  }

  #columns(): readonly Path[] | undefined {
    if (this.acceptSymbol("*")) return undefined;
    const columns: Path[] = [];
    do {
      if (this.peek().kind === "identifier" && this.atSymbol("(", 1)) {
        throw new PartiqlError(`Unexpected path component at ${this.peek().place}`, true);
      }
      columns.push(this.path());
    } while (this.acceptSymbol(","));
    return columns;
  }

  #source(): Source {
    const table = this.identifier();
    if (!this.acceptSymbol(".")) return { table };
    return { table, index: this.identifier() };
  }

  #aliasless(): Source {
    const source = this.#source();
    if (this.atKeyword("AS") || this.#atName()) {
      throw new PartiqlError("Aliasing is not supported", true);
    }
    return source;
  }

  #atName(): boolean {
    const { kind, text } = this.peek();
    return kind === "quoted" || (kind === "identifier" && !isKeyword(text));
  }

  #where(): Expression | undefined {
    return this.acceptKeyword("WHERE") ? this.expression() : undefined;
  }

  #insert(): Insert {
    this.expectKeyword("INTO");
    const into = this.#source();
    if (this.#atName()) throw leftover();
    this.expectKeyword("VALUE");
    return { kind: "insert", into, value: this.expression() };
  }

  /** `SET a = 1, b = 2 SET c = 3 REMOVE d`, in any number and order. */
  #update(): Update {
    const table = this.#aliasless();
    const changes = this.#changes();
    return { kind: "update", table, changes, where: this.#where(), returning: this.#returning() };
  }

  /** An UPDATE the other way round: `FROM t WHERE a = 1 SET b = 2`. */
  #fromFirst(): Update {
    const table = this.#aliasless();
    const where = this.#where();
    return { kind: "update", table, where, changes: this.#changes(), returning: this.#returning() };
  }

  #changes(): readonly Change[] {
    const changes: Change[] = [];
    for (;;) {
      if (this.acceptKeyword("SET")) {
        do {
          const path = this.path();
          this.expectSymbol("=");
          changes.push({ kind: "set", path, value: this.sum() });
        } while (this.acceptSymbol(","));
      } else if (this.acceptKeyword("REMOVE")) {
        do changes.push({ kind: "remove", path: this.path() });
        while (this.acceptSymbol(","));
      } else break;
    }
    if (changes.length === 0) throw this.unexpected();
    return changes;
  }

  #delete(): Delete {
    this.expectKeyword("FROM");
    return { kind: "delete", from: this.#aliasless(), where: this.#where(), returning: this.#returning() };
  }

  #returning(): Returning | undefined {
    if (!this.acceptKeyword("RETURNING")) return undefined;
    const which = this.next().text.toUpperCase();
    const state = this.next().text.toUpperCase();
    this.expectSymbol("*");
    if ((which !== "ALL" && which !== "MODIFIED") || (state !== "OLD" && state !== "NEW")) {
      throw new PartiqlError("Unexpected term");
    }
    return { which, state };
  }
}
