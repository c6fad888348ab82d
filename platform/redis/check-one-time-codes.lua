-- Compares codes that somebody typed with the ones that were sent. All must be right, and then none works again.
-- KEYS[1..n] one record for each code   KEYS[n+1..] records of the same codes under other names
-- ARGV[1] n   ARGV[2] wrong tries that a code bears   ARGV[3..n+2] hashes of what was typed
-- Returns n words, one for each code: right, wrong, locked (too many wrong tries), absent.
-- Atomic: a code is used once, and no two tries count as one.
local n = tonumber(ARGV[1])
local tries_max = tonumber(ARGV[2])
local words = {}
local all_right = true
for i = 1, n do
  local record = redis.call('HMGET', KEYS[i], 'hash', 'tries')
  local tries = tonumber(record[2]) or 0
  if not record[1] then
    words[i] = 'absent'
  elseif tries >= tries_max then
    words[i] = 'locked'
  elseif record[1] == ARGV[i + 2] then
    words[i] = 'right'
  else
    words[i] = 'wrong'
    redis.call('HSET', KEYS[i], 'tries', tries + 1)
  end
  if words[i] ~= 'right' then all_right = false end
end
if all_right then redis.call('DEL', unpack(KEYS)) end
return words
