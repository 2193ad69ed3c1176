/** What people call a file: the title that somebody gave it, else the name it came with. */
export function fileTitle({ title, name }: { readonly title?: string; readonly name: string }): string {
  return title?.trim() || name;
}
