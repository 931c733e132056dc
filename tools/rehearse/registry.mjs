import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";

/**
 * Starts an npm registry in this process, with the requests that `npm publish` and an install need. Packages
 * that were not published here come from `upstream`. Nothing is kept after `close`.
 *
 * https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md
 */
export async function startRegistry(upstream) {
  const packuments = new Map();
  const tarballs = new Map();
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(error.message));
  });

  async function answer(request, response) {
    const path = decodeURIComponent(request.url.split("?")[0]).slice(1);
    if (request.method === "PUT") return publish(await bodyOf(request), response);
    if (tarballs.has(path)) return response.writeHead(200).end(tarballs.get(path));
    if (packuments.has(path)) return sendJson(response, packuments.get(path));
    return relay(request, response);
  }

  function publish({ name, versions, "dist-tags": tags, _attachments: attachments }, response) {
    const earlier = packuments.get(name) ?? { name, versions: {}, "dist-tags": {} };
    for (const [file, { data }] of Object.entries(attachments))
      tarballs.set(`-/tarballs/${file}`, Buffer.from(data, "base64"));
    const dist = (manifest) => ({
      ...manifest.dist,
      tarball: `${url}/-/tarballs/${name}-${manifest.version}.tgz`,
    });
    const added = Object.entries(versions).map(([version, manifest]) => [
      version,
      { ...manifest, dist: dist(manifest) },
    ]);
    packuments.set(name, {
      ...earlier,
      versions: { ...earlier.versions, ...Object.fromEntries(added) },
      "dist-tags": { ...earlier["dist-tags"], ...tags },
    });
    sendJson(response, { ok: true }, 201);
  }

  async function relay({ method, url: path, headers }, response) {
    if (method !== "GET") return sendJson(response, {}, 404);
    const accept = headers.accept ?? "*/*";
    const found = await fetch(new URL(path.slice(1), `${upstream}/`), { headers: { accept } });
    response.writeHead(found.status, { "content-type": found.headers.get("content-type") ?? "text/plain" });
    response.end(Buffer.from(await found.arrayBuffer()));
  }

  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://localhost:${server.address().port}`;
  return {
    url,
    /** Names of the packages that were published here. */
    published: () => [...packuments.keys()].sort(),
    /** The newest version of a package: its manifest, and its bytes as a tarball and unpacked. */
    latest(name) {
      const { versions, "dist-tags": tags } = packuments.get(name);
      const { version } = versions[tags.latest];
      const tarball = tarballs.get(`-/tarballs/${name}-${version}.tgz`);
      return {
        version,
        manifest: versions[version],
        packed: tarball.length,
        unpacked: gunzipSync(tarball).length,
      };
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

function sendJson(response, body, status = 200) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
