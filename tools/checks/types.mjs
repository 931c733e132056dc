import { readFile } from "node:fs/promises";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/** publint and "are the types wrong?", on the tarball; a suggestion counts as much as an error. */
export async function types({ tarball, manifest }) {
  return [...(await entryPoints(tarball, manifest)), ...(await resolutions(tarball))];
}

async function entryPoints(tarball, manifest) {
  const bytes = await readFile(tarball);
  const pack = { tarball: new Uint8Array(bytes).buffer };
  const { messages, pkg = manifest } = await publint({ pack, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

async function resolutions(tarball) {
  const { types, problems = [] } = await checkPackage(createPackageFromTarballData(await readFile(tarball)));
  if (!types) return ["attw: it has no types"];
  return problems.filter(isWrong).map((problem) => `attw: ${JSON.stringify(problem)}`);
}

// ESM only: CommonJS users get it through require(esm), so that resolution is checked too.
const isWrong = ({ kind, resolutionKind }) => kind !== "CJSResolvesToESM" && resolutionKind !== "node10";
