-- People who read pages: each opens one, looks at it for a moment, and opens the next. Prints one JSON object at the end.

local requests = {}
local turn = 0

-- The milliseconds that somebody looks at a page.
local SHORTEST, LONGEST = 50, 150

function init(args)
    math.randomseed(1)
    for _, path in ipairs(args) do
        table.insert(requests, wrk.format("GET", path))
    end
end

function delay()
    return math.random(SHORTEST, LONGEST)
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
    print(string.format('{"pages": %d, "p95": %.4f, "failed": %d}', summary.requests, latency:percentile(95) / 1000, failed))
end
