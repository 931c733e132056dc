declare module "*.css" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: the bundler gives a style sheet as a text
  export default text;
}
