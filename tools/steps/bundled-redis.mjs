import { spawn } from "node:child_process";
import { access, mkdir, open, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

const IMAGE = "redis:7-bookworm";

// The program and the libraries that it is linked with, symbolic links followed.
const PACK = `program=$(command -v redis-server); tar -chf - "$program" $(ldd "$program" | grep -o '/[^ ]*')`;

/**
 * Copies redis-server and its libraries out of Docker's image into `folder`, once, and resolves with the path
 * of a script that runs it. The program runs as a process of this machine, not in a container: tests stop and
 * kill servers by signals, which the docker client does not hand on. So it needs Linux.
 */
export async function bundledRedis(folder) {
  if (process.platform !== "linux") throw new Error("a program from Docker's image runs on Linux only");
  const script = join(folder, "run-redis-server");
  if (await exists(script)) return script;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const archive = join(folder, "bundle.tar");
  await run("docker", ["run", "--rm", "--entrypoint", "sh", IMAGE, "-c", PACK], archive);
  await run("tar", ["-xf", archive, "-C", folder]);
  await rm(archive);
  // Written last: where it is, all the rest is.
  await writeFile(script, `#!/bin/sh\nexec ${(await words(folder)).map(quoted).join(" ")} "$@"\n`, {
    mode: 0o755,
  });
  return script;
}

/** The libraries are the image's, so their own loader has to start the program. */
async function words(folder) {
  const files = (await readdir(folder, { recursive: true })).map((file) => join(folder, file));
  const libraries = files.filter((file) => /\.so(\.\d+)*$/.test(file));
  const loader = libraries.find((file) => basename(file).startsWith("ld-linux"));
  const program = files.find((file) => basename(file) === "redis-server");
  if (loader === undefined || program === undefined) throw new Error(`${IMAGE} is not as expected`);
  return [loader, "--library-path", [...new Set(libraries.map(dirname))].join(":"), program];
}

function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}

function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Runs a command; its output goes to the file `output`, where there is one. */
async function run(command, args, output) {
  const file = output === undefined ? undefined : await open(output, "w");
  try {
    await new Promise((resolve, reject) => {
      let errors = "";
      const child = spawn(command, args, { stdio: ["ignore", file?.fd ?? "ignore", "pipe"] });
      child.stderr.on("data", (text) => {
        errors += text;
      });
      child.on("error", reject);
      child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(errors || `exit ${code}`))));
    });
  } finally {
    await file?.close();
  }
}
