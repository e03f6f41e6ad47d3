import { EmbeddedActionsParser, type IToken } from "chevrotain";
import type { DecodedText } from "../text/encoding.ts";
import { SourceComment, SourceEntry } from "./document.ts";
import { MarkedKey, SourceText } from "./logical-text.ts";
import {
  CommentText,
  KeyText,
  LeadingSeparator,
  propertiesLexer,
  Separator,
  ValueText,
  vocabulary,
} from "./tokens.ts";

/**
 * The grammar of a properties file over the tokens of `tokens.ts`:
 *
 *     lines    = (comment | property)*
 *     comment  = CommentText
 *     property = KeyText (Separator ValueText?)? | LeadingSeparator ValueText?
 *
 * It makes the AST as it goes. A concrete syntax tree would be thrown away at once, and for a file of 10 MB it
 * is several hundred MB of nodes, each token kept alive in an array of its own; the AST needs three offsets.
 */
class PropertiesParser extends EmbeddedActionsParser {
  #source!: DecodedText;
  /** Offset of the tokens' text in the source; -1 where a byte order mark was put before it. */
  #origin = 0;
  #nodes: (SourceEntry | SourceComment)[] = [];

  constructor() {
    super(vocabulary, { maxLookahead: 1, recoveryEnabled: false });
    this.performSelfAnalysis();
  }

  /** Appends the nodes of a slice of whole lines; `origin` is where it starts in `source`. */
  parseSlice(
    slice: string,
    source: DecodedText,
    origin: number,
    nodes: (SourceEntry | SourceComment)[],
  ): void {
    const { tokens, errors } = propertiesLexer.tokenize(slice);
    this.#source = source;
    this.#origin = origin;
    this.#nodes = nodes;
    this.input = tokens;
    this.lines();
    // Every text is a properties file. This is for the one who changes the tokens.
    const problem = errors[0] ?? this.errors[0];
    if (problem !== undefined) throw new Error(`The properties grammar has a gap: ${problem.message}`);
  }

  lines = this.RULE("lines", () => {
    this.MANY(() => {
      this.OR([{ ALT: () => this.SUBRULE(this.comment) }, { ALT: () => this.SUBRULE(this.property) }]);
    });
  });

  comment = this.RULE("comment", () => {
    const text = this.CONSUME(CommentText);
    this.ACTION(() => this.#nodes.push(new SourceComment(this.#source, this.#start(text), this.#end(text))));
  });

  property = this.RULE("property", () => {
    let key: IToken | undefined;
    let separator: IToken | undefined;
    let value: IToken | undefined;
    this.OR([
      {
        ALT: () => {
          key = this.CONSUME(KeyText);
          this.OPTION(() => {
            separator = this.CONSUME(Separator);
            value = this.OPTION1(() => this.CONSUME(ValueText));
          });
        },
      },
      {
        ALT: () => {
          separator = this.CONSUME(LeadingSeparator);
          value = this.OPTION2(() => this.CONSUME1(ValueText));
        },
      },
    ]);
    this.ACTION(() => this.#addProperty(key, separator, value));
  });

  #addProperty(key: IToken | undefined, separator: IToken | undefined, value: IToken | undefined): void {
    const first = (key ?? separator)!;
    const keyEnd = key === undefined ? this.#start(first) : this.#end(key);
    const valueEnd = this.#end(value ?? separator ?? first);
    const valueStart = value === undefined ? valueEnd : this.#start(value);
    const Key = first.startOffset + this.#origin < 0 ? MarkedKey : SourceText;
    this.#nodes.push(
      new SourceEntry(
        new Key(this.#source, Math.max(0, this.#start(first)), keyEnd),
        new SourceText(this.#source, valueStart, valueEnd),
      ),
    );
  }

  #start(token: IToken): number {
    return this.#origin + token.startOffset;
  }

  #end(token: IToken): number {
    return this.#origin + token.startOffset + token.image.length;
  }
}

let parser: PropertiesParser | undefined;

/** The parser, made when it is first needed and then used for every slice. */
export function propertiesParser(): PropertiesParser {
  parser ??= new PropertiesParser();
  return parser;
}
