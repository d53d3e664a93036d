/** Scopes an operator adds (`OAUTH2_SCOPES=name=description`), and all there are. Pure. */
import type { OAuth2Config } from "./config.ts";
import { type CustomScope, standardScopes } from "./scopes.ts";

type Scopes = Pick<OAuth2Config, "scopes">;

/** `name=description`, and `name#de=description` for another language than English. In the order given. */
export function customScopes({ scopes }: Scopes): CustomScope[] {
  const found = new Map<string, CustomScope>();
  for (const entry of scopes) {
    const at = entry.indexOf("=");
    const [name, language = "en"] = entry.slice(0, at).split("#");
    const scope = found.get(name) ?? { name, description: {} };
    scope.description[language] = entry.slice(at + 1);
    found.set(name, scope);
  }
  return [...found.values()];
}

/** What people read about the operator's own scopes, by name; standard ones have words in the catalogue. */
export function scopeDescriptions({ config }: { config: Scopes }, locale: string): Map<string, string> {
  return new Map(
    customScopes(config).map(({ name, description }) => {
      const said = Object.hasOwn(description, locale) ? description[locale] : description.en;
      return [name, said ?? Object.values(description)[0]];
    }),
  );
}

/** Standard ones first; what may be asked for at all. */
export const knownScopes = (config: Scopes): string[] => [
  ...standardScopes,
  ...customScopes(config).map(({ name }) => name).filter((name) => !standardScopes.includes(name)),
];
