-- What wrk asks and prints: GET, or the lines of the file that is named after "--", posted one after the other, and at the
-- end one JSON object. Nothing here looks at answers: that would take longer than to make them.

local requests = {}
local turn = 0

function init(args)
    -- As other sites ask.
    wrk.headers["Accept-Encoding"] = "gzip"
    if args[1] == nil then
        requests[1] = wrk.format("GET")
        return
    end
    wrk.headers["Content-Type"] = "application/json"
    for line in io.lines(args[1]) do
        table.insert(requests, wrk.format("POST", nil, nil, line))
    end
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
    print(string.format('{"rate": %.3f, "p99": %.4f, "failed": %d}',
        summary.requests / (summary.duration / 1e6), latency:percentile(99) / 1000, failed))
end
