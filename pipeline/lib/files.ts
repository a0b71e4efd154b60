/** Disk effects of the pipeline: every write goes to a temporary name, then is renamed. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Write a whole file so that readers see the old content or the new one, never a part. */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await replaceAtomic(path, (temporary) => writeFile(temporary, content));
}

/** Let `write` fill a temporary path in the same folder (same extension, for tools that look at it), then rename it. */
export async function replaceAtomic(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const dot = path.lastIndexOf('.');
  const extension = dot > path.lastIndexOf('/') ? path.slice(dot) : '';
  const temporary = join(dirname(path), `.tmp-${randomBytes(6).toString('hex')}${extension}`);
  try {
    await write(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true, recursive: true });
    throw error;
  }
}

/** JSON with a final newline; key order is the insertion order, so callers keep it deterministic. */
export async function writeJson(path: string, value: unknown, indent = 0): Promise<void> {
  await writeAtomic(path, `${JSON.stringify(value, null, indent)}\n`);
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Streaming sha256 of a file, lower-case hex. */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
