/** The colours of ui/styles/tokens.css as mail programs know them: sRGB, one set for each scheme. */
export interface Palette {
  page: string;
  surface: string;
  wash: string;
  ink: string;
  muted: string;
  line: string;
  accent: string;
  on_accent: string;
  coral: string;
  mint: string;
}

export const light: Palette = {
  page: "#e8f3f1",
  surface: "#ffffff",
  wash: "#daf3f2",
  ink: "#0d242b",
  muted: "#475c63",
  line: "#d2dfdf",
  accent: "#006470",
  on_accent: "#f8fdfc",
  coral: "#fe9979",
  mint: "#88e9d9",
};

export const dark: Palette = {
  page: "#07151a",
  surface: "#0d1e23",
  wash: "#0d2d32",
  ink: "#e4f0ee",
  muted: "#9db1b2",
  line: "#24383e",
  accent: "#6cddd4",
  on_accent: "#011a21",
  coral: "#fe9979",
  mint: "#88e9d9",
};
