-- Adds what one process counted of some callers to what all processes counted, each in a window of its own.
-- KEYS[i] the count of a caller, all in one slot
-- ARGV[1] ms of the window, from the first that is told   ARGV[1 + i] how many more
-- Returns for each key in turn: how many all processes counted, and the ms until its window ends.
-- Atomic: nothing is counted between a sum and what is answered of it. A window never grows longer by being added to.
local answer = {}
for i, key in ipairs(KEYS) do
  answer[2 * i - 1] = redis.call('INCRBY', key, ARGV[1 + i])
  redis.call('PEXPIRE', key, ARGV[1], 'NX')
  answer[2 * i] = redis.call('PTTL', key)
end
return answer
