/** `a…@example.com`: enough to know one's own address by, not enough to learn somebody else's. */
export function masked(email: string): string {
  const at = email.lastIndexOf("@");
  const [first = ""] = email.slice(0, Math.max(at, 0));
  return `${first}…${email.slice(at)}`;
}
