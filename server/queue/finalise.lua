#!lua flags=allow-oom
-- Writes the outcome of committed (or failed) gift orders of one bucket back into Redis. Allowed when Redis is full: what it
-- ends leaves the queue, which frees more than it takes.
-- KEYS    wallets; then orders, those of the first wallet first; then a combo for each order that counts into one
-- ARGV[1] number of wallets W   ARGV[2] seconds to remember a final order   ARGV[3] combo window in seconds
-- ARGV[4] seconds to keep a wallet that was not there
-- then for each wallet: balance;version;'1' when frozen;number of its orders   (balance '' : not known, leave as it is)
-- then for each order: its final value up to the combo count; and '' or count;day, where count goes into its combo (0:
-- none) and day is, when it was not paid, the one on which it was counted as spent (else '')
-- Returns {wallets "balance;reserved;version,…", orders "combo count,…", '' for one that has none}
-- Atomic and repeatable: what an order reserved lies beside the sum in its wallet's hash and is released with it, once,
-- whatever else was forgotten meanwhile; with it, what was not paid is taken off what was spent. Only an order that is
-- not final yet counts into its combo; a repeated call answers the combo count that was stored the first time.
local call, match, sub, format = redis.call, string.match, string.sub, string.format
local wallets = tonumber(ARGV[1])
local first_order = 4 + wallets
local orders = (#ARGV - first_order) / 2
local next_combo = wallets + orders

-- Of a day that is over nothing is taken off, but of its month while that lasts.
local function take_off(spent, unpaid_on, coins)
  local day, today, month = match(spent, '^(%d+):(%d+):(%d+)$')
  if sub(day, 1, 6) ~= sub(unpaid_on, 1, 6) then return spent end
  if day == unpaid_on then today = math.max(0, tonumber(today) - coins) end
  return format('%s:%.0f:%.0f', day, today, math.max(0, tonumber(month) - coins))
end

local made_final = {}
local states, combos = {}, {}
local o = 0
for w = 1, wallets do
  local balance, version, frozen, count = match(ARGV[4 + w], '^([^;]*);([^;]*);([^;]*);(%d+)$')
  local fields = {'bal', 'res', 'ver', 'sp', 'frozen'}
  count = tonumber(count)
  for i = 1, count do fields[5 + i] = 'p:' .. sub(KEYS[wallets + o + i], -36) end
  local held = call('HMGET', KEYS[w], unpack(fields))
  local bal, res, ver, spent = held[1], held[2], held[3], held[4]
  local write, drop = {}, {}
  if balance ~= '' and (not ver or tonumber(ver) < tonumber(version)) then
    write = {'bal', balance, 'ver', version}
    if not ver then
      res = '0'
      write[5], write[6] = 'res', res
    end
    bal, ver = balance, version
    if frozen == '1' then
      write[#write + 1] = 'frozen'
      write[#write + 1] = '1'
    elseif held[5] then
      drop[1] = 'frozen'
    end
  end

  local released
  for i = 1, count do
    o = o + 1
    local order_key, value, more = KEYS[wallets + o], ARGV[first_order + 2 * o - 1], ARGV[first_order + 2 * o]
    local adds, unpaid_on, combo_key = '0', '', nil
    if more ~= '' then adds, unpaid_on = match(more, '^(%d+);(%d*)$') end
    if adds ~= '0' then
      next_combo = next_combo + 1
      combo_key = KEYS[next_combo]
    end
    -- What is on its way has not ended: an order is accepted only where nothing says how it ended, and released with its end.
    local state = made_final[order_key] or not held[5 + i] and call('GET', order_key)
    local status, combo
    if state then status, combo = match(state, '^[^;]*;([^;]*);.*;([^;]*)$') end
    if status ~= 'settled' and status ~= 'failed' then
      combo = ''
      if combo_key then
        combo = format('%.0f', call('INCRBY', combo_key, adds))
        call('EXPIRE', combo_key, ARGV[3])
      end
      made_final[order_key] = value .. combo
      call('SET', order_key, value .. combo, 'EX', ARGV[2])
    end
    combos[o] = combo
    local own = fields[5 + i]
    if held[5 + i] and not (released and released[own]) then
      released = released or {}
      released[own] = true
      drop[#drop + 1] = own
      local coins = tonumber(match(held[5 + i], '^%d+'))
      res = format('%.0f', tonumber(res) - coins)
      if unpaid_on ~= '' and spent then spent = take_off(spent, unpaid_on, coins) end
    end
  end
  if released then
    write[#write + 1] = 'res'
    write[#write + 1] = res
    if spent and spent ~= held[4] then
      write[#write + 1] = 'sp'
      write[#write + 1] = spent
    end
  end
  if write[1] then call('HSET', KEYS[w], unpack(write)) end
  if drop[1] then call('HDEL', KEYS[w], unpack(drop)) end
  -- One that was there is kept as long as it stands: gifts, which need it, have seen to that when they were accepted.
  if balance ~= '' and not held[3] then call('EXPIRE', KEYS[w], ARGV[4], 'NX') end
  states[w] = (bal or '') .. ';' .. (res or '0') .. ';' .. (ver or '')
end
return {table.concat(states, ','), table.concat(combos, ',')}
