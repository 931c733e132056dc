import { createHash } from "node:crypto";
import type { DeleteObjectsCommand } from "@aws-sdk/client-s3";

interface Sent {
  readonly headers: Record<string, string>;
  readonly body?: string | undefined;
}

/**
 * Adds `Content-MD5`, which DeleteObjects needs at many servers. The SDK sends a CRC-32 instead, which only
 * newer ones take.
 */
export function addContentMd5(command: DeleteObjectsCommand): DeleteObjectsCommand {
  command.middlewareStack.add(
    (next) => (args) => {
      const { headers, body } = args.request as Sent;
      if (typeof body === "string") headers["content-md5"] = createHash("md5").update(body).digest("base64");
      return next(args);
    },
    { step: "build", name: "hitboxContentMd5" },
  );
  return command;
}
