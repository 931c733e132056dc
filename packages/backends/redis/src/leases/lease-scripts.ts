import { Script } from "./script.ts";

/*
 * The lease of a key is a header of the value under it (docs/reference/envelope.md), so whatever writes or
 * removes the value, by script or not, takes the fence with it. In Lua a string's positions start at 1; in a
 * command's range, at 0. Arguments are written as strings: Redis would print a number anew for each call,
 * which takes as long as the range.
 *
 * A client that has lost a reply with its connection may send the command once more. A script that finds
 * its own work done replies as it did then: a lease by its mark, which is drawn anew for each request, a
 * write by its very bytes.
 *
 * Later servers need fewer scripts: SET with IFEQ and DELEX (Redis 8.4) compare a whole value, which fits a
 * fence over no entry, and MSETEX sets many entries with times to live. Each would be one more method of
 * the client port, called if the server knows the command.
 */

/**
 * Arguments: mark of a new fence, milliseconds of the lease, milliseconds for which a fence over no entry
 * lasts. Replies whether the lease is granted, and the value as it was. Leaves a value alone that is not
 * ours.
 *
 * SETRANGE and KEEPTTL leave the entry's time to live as it is, unless the lease ends later: readers go by
 * the end that the entry itself names. A revoked write (first byte 0) is no entry.
 *
 * Grants nothing to a user who may not end the lease: GETRANGE is called for that alone, and SETRANGE last of
 * all. Where one of them is refused the script fails, and what it has written is a lease that is over.
 */
export const LEASE: Script = new Script(`
local value = redis.call('GET', KEYS[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = now + ARGV[2]
local till = struct.pack('<I4I4', ends % 4294967296, math.floor(ends / 4294967296))
local over = struct.pack('<I4I4', 0, 0)
redis.call('GETRANGE', KEYS[1], '0', '0')
if value and #value >= 18 and string.sub(value, 1, 2) == '\\246\\001' then
  local low, high = struct.unpack('<I4I4', value, 11)
  if high * 4294967296 + low > now then
    if string.sub(value, 1, 10) == ARGV[1] then return {1, value} end
    return {0, value}
  end
  if #value == 18 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
elseif not value or string.byte(value) == 0 then
  redis.call('SET', KEYS[1], ARGV[1] .. over, 'PX', ARGV[3])
elseif string.sub(value, 1, 3) == '\\245HB' then
  redis.call('SET', KEYS[1], ARGV[1] .. over .. value, 'KEEPTTL')
else
  return {0, value}
end
local left = redis.call('PTTL', KEYS[1])
if left >= 0 and left < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
redis.call('SETRANGE', KEYS[1], '10', till)
return {1, value}
`);

/**
 * Arguments: mark of the fence, entry, time to live in milliseconds or nothing. Replies 1, or 0 for a void
 * fence.
 */
export const WRITE_FENCED: Script = new Script(`
if redis.call('GETRANGE', KEYS[1], '0', '9') ~= ARGV[1] then
  if redis.call('GET', KEYS[1]) == ARGV[2] then return 1 end
  return 0
end
if ARGV[3] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
else
  redis.call('SET', KEYS[1], ARGV[2])
end
return 1
`);

/** Argument: mark of the fence. */
export const RELEASE: Script = new Script(`
if redis.call('GETRANGE', KEYS[1], '0', '9') ~= ARGV[1] then return 0 end
redis.call('SETRANGE', KEYS[1], '10', struct.pack('<I4I4', 0, 0))
return 1
`);
