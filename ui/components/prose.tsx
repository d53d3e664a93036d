/** What pages of words are made of: programs to copy, and tables that scroll by themselves on a narrow screen. */

export const Code = ({ children }: { children: string }) => (
  <pre tabIndex={0}>
    <code>{children}</code>
  </pre>
);

/** The first of each row names it; `code`: by something that is typed. */
export const Table = (
  { about, head, rows, code = true }: { about: string; head: string[]; rows: string[][]; code?: boolean },
) => (
  <div role="region" aria-label={about} tabIndex={0}>
    <table>
      <thead>
        <tr>{head.map((one) => <th key={one} scope="col">{one}</th>)}</tr>
      </thead>
      <tbody>
        {rows.map(([first, ...rest]) => (
          <tr key={first}>
            <th scope="row">{code ? <code>{first}</code> : first}</th>
            {rest.map((one) => <td key={one}>{one}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
