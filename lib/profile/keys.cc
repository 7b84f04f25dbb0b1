#include "profile/keys.h"

#include <algorithm>
#include <array>

#include "profile/words.h"

namespace weir {
namespace {

using enum Key::Kind;

constexpr std::string_view kSomeLength = R"("40ms", "20ms..120ms" or "100ms +- 20ms")";
constexpr std::string_view kSomeTime = R"(a time: "200ms")";
constexpr std::string_view kSomeQueue = R"("200ms", "64KiB" or "100 packets")";
constexpr std::string_view kSomeRate = R"("2MB/s", "16Mbit" or "1MB/s..2MB/s")";
constexpr std::string_view kSomeShare = R"(a probability: 0.4 or "40%")";
constexpr std::string_view kSomeShape =
    "uniform, normal, pareto, paretonormal, lognormal, exponential, or a table: \"experimental\", \"./my.dist\"";
constexpr std::string_view kSomeCount = "a whole number from 1";
constexpr std::string_view kSomeCorrelation = R"(a share up to 95%: "25%")";
constexpr std::string_view kSomeNetem = R"("delay 100ms 20ms distribution normal loss 1%")";
constexpr std::string_view kSomeCounts = R"(numbers from 0: 3, "0..9" or "5..")";

constexpr std::string_view kSomeAmount = R"(a value: "20ms", "1MB/s", "5%")";
constexpr std::string_view kSomeSpan = R"(two values: "20ms..200ms", "0%..5%")";

constexpr auto kTimelineStarts = texts_of(words::kTimelineStarts);
constexpr auto kTraceEnd = texts_of(words::kTraceEnd);
constexpr auto kLatencyPer = texts_of(words::kLatencyPer);
constexpr auto kLatencyHold = texts_of(words::kLatencyHold);
constexpr auto kAccount = texts_of(words::kAccount);
constexpr auto kSpeedPer = texts_of(words::kSpeedPer);
constexpr auto kOwnRatePer = texts_of(words::kOwnRatePer);
constexpr auto kDiscipline = texts_of(words::kDiscipline);
constexpr auto kSpeedDirection = texts_of(words::kSpeedDirection);
constexpr auto kJitterMode = texts_of(words::kJitterMode);
constexpr auto kJitterScope = texts_of(words::kJitterScope);
constexpr auto kJitterPer = texts_of(words::kJitterPer);
constexpr auto kResetAt = texts_of(words::kResetAt);
constexpr auto kResetHow = texts_of(words::kResetHow);
constexpr auto kResetPer = texts_of(words::kResetPer);
constexpr auto kPacketDirection = texts_of(words::kPacketDirection);
constexpr auto kSegments = texts_of(words::kSegments);
constexpr auto kLossModel = texts_of(words::kLossModel);
constexpr auto kProtocol = texts_of(words::kProtocol);

constexpr Key kDistribution{"distribution", kText, "the shape inside the range; default uniform", kSomeShape};
constexpr Key kWithin{"within", kTime, "the range that draws are clamped into; not for uniform", R"("0ms..500ms")"};

constexpr std::array kLatency = {
    Key{"delay", kTime, "how long the first byte is held", kSomeLength},
    kDistribution,
    kWithin,
    Key{"per", kWord, "what draws: each exchange, the first one of a connection, or every frame", {}, kLatencyPer},
    Key{"hold", kWord, "what is held: the response's first byte or the request's", {}, kLatencyHold},
};

constexpr Key kAccountKey{"account",
                          kWord,
                          "what costs: TCP payload, IP packets, frames, or frames with Ethernet's own 24 bytes",
                          {},
                          kAccount};
constexpr Key kOverheadKey{"overhead", kWhole, "bytes that each frame costs more", "a whole number of bytes"};
constexpr Key kLeastCostKey{"mpu", kWhole, "a frame costs no less than these bytes", "a whole number of bytes"};
constexpr Key kCellKey{"cell", kText, "frames are cut into cells: bytes that fit / bytes of a cell",
                       R"("48/53", as ATM has it)"};

constexpr std::array kSpeed = {
    Key{"rate", kBytes, "one rate, or the range that it is drawn from; bytes a second", kSomeRate},
    Key{"up", kBytes, "a rate for clients to servers only", kSomeRate},
    Key{"down", kBytes, "a rate for servers to clients only", kSomeRate},
    Key{"direction", kWord, "both directions together, one of them, or each by itself", {}, kSpeedDirection},
    Key{"every", kTime, "how often a rate is drawn from its range; default 1s", kSomeTime},
    Key{"per", kWord, "one budget over all, or a rate of each connection", {}, kSpeedPer},
    Key{"queue", kTime, "the queue before the limiter: time at the current rate, bytes or packets; default 200ms",
        kSomeQueue},
    Key{"queue-at-least", kBytes, "and a queue in time never shorter than this; default 64KiB", R"(a size: "64KiB")"},
    Key{"discipline", kWord, "who goes next, and who is dropped", {}, kDiscipline},
    Key{"target", kTime, "codel, fq-codel, pie: how long packets may stand; default 5ms, 15ms for pie", kSomeTime},
    Key{"interval", kTime, "codel, fq-codel: for how long they have to, before it drops; default 100ms", kSomeTime},
    Key{"ecn", kBoolean, "codel, fq-codel, pie: mark instead of drop; default false", "true or false"},
    Key{"quantum", kBytes, "fq, fq-codel: bytes a connection sends in its turn; default 1514", R"(a size: "1514")"},
    kAccountKey,
    kOverheadKey,
    kLeastCostKey,
    kCellKey,
    Key{"trace", kText, "in place of rate: a file of mahimahi's delivery opportunities", R"("./lte.down")"},
    Key{"up-trace", kText, "in place of up", R"("./lte.up")"},
    Key{"down-trace", kText, "in place of down", R"("./lte.down")"},
};

constexpr std::array kOwnRate = {
    Key{"rate", kBytes, "bytes a second", R"("2MB/s" or "16Mbit")"},
    Key{"per", kWord, "of all that the rule takes, or of each of its connections", {}, kOwnRatePer},
    Key{"direction", kWord, "both directions together, or one of them", {}, kSpeedDirection},
    Key{"queue", kTime, "what would have to wait for longer is dropped; default 200ms", kSomeTime},
    kAccountKey,
    kOverheadKey,
    kLeastCostKey,
    kCellKey,
};

constexpr std::array kJitter = {
    Key{"prob", kShare, "how likely an outage is", kSomeShare},
    Key{"length", kTime, "how long it lasts", kSomeLength},
    kDistribution,
    kWithin,
    Key{"mode", kWord, "frames wait and then go, or are dropped", {}, kJitterMode},
    Key{"scope", kWord, "one connection stalls, or the whole link", {}, kJitterScope},
    Key{"per", kWord, "what draws: each second that carries data, each exchange, each packet", {}, kJitterPer},
};

constexpr std::array kReset = {
    Key{"prob", kShare, "how likely a cut is; default 100%", kSomeShare},
    Key{"at", kWord, "the point of the life at which it is cut", {}, kResetAt},
    Key{"how", kWord, "what the ends see", {}, kResetHow},
    Key{"per", kWord, "what draws: each exchange, or each connection once", {}, kResetPer},
    Key{"after", kBytes, "at = \"body\": bytes that go by, or time that passes, before the cut",
        R"("10kB", "10kB..20kB" or "100ms..2s")"},
    kDistribution,
    kWithin,
};

constexpr std::array kLoss = {
    Key{"p", kShare, "bernoulli: lost; gilbert-elliott: from good to bad", kSomeShare},
    Key{"model", kWord, "how packets are lost", {}, kLossModel},
    Key{"r", kShare, "gilbert-elliott: from bad to good; default 1 - p", kSomeShare},
    Key{"lost-in-bad", kShare, "gilbert-elliott: lost in the bad state (netem's 1-h); default 100%", kSomeShare},
    Key{"lost-in-good", kShare, "gilbert-elliott: lost in the good state (netem's 1-k); default 0%", kSomeShare},
    Key{"p13", kShare, "4-state: from gap to burst", kSomeShare},
    Key{"p31", kShare, "4-state: from burst to gap; default 1 - p13", kSomeShare},
    Key{"p32", kShare, "4-state: from burst loss to burst without loss; default 0%", kSomeShare},
    Key{"p23", kShare, "4-state: from burst without loss to burst loss; default 100%", kSomeShare},
    Key{"p14", kShare, "4-state: a single loss in a gap; default 0%", kSomeShare},
};

constexpr std::array kPacket = {
    Key{"direction", kWord, "up: clients to servers", {}, kPacketDirection},
    Key{"segments", kWord, "which frames of a direction", {}, kSegments},
    Key{"nth", kWhole, "only the n-th of them, from 1", kSomeCount},
    Key{"loss",
        kShort,
        "a probability, or a model with memory",
        R"("1%", or a table with model = "gilbert-elliott")",
        {},
        &kLossKeys},
    Key{"duplicate", kShare, "how likely a packet is sent twice", kSomeShare},
    Key{"corrupt", kShare, "how likely a bit of it is flipped", kSomeShare},
    Key{"reorder", kShare, "how likely it skips the delay, and so overtakes", kSomeShare},
    Key{"gap", kWhole, "only each gap-th packet may overtake", kSomeCount},
    Key{"delay", kTime, "how long each packet waits", kSomeLength},
    kDistribution,
    kWithin,
    Key{"delay-correlation", kShare, "how much a delay resembles the one before", kSomeCorrelation},
    Key{"loss-correlation", kShare, "how much the draw of a loss resembles the one before", kSomeCorrelation},
    Key{"duplicate-correlation", kShare, "the same of duplicates", kSomeCorrelation},
    Key{"corrupt-correlation", kShare, "the same of flipped bits", kSomeCorrelation},
    Key{"reorder-correlation", kShare, "the same of packets that overtake", kSomeCorrelation},
    Key{"rate", kRefused, "the rate is one budget: [impair.speed] has it"},
    Key{"slot", kRefused, "netem's slots have no likeness here"},
    Key{"netem", kRefused, "a netem string stands in [impair] and makes a table like this one"},
};

constexpr std::array kNetem = {
    Key{"both", kText, "what tc's netem would do to each direction", kSomeNetem},
    Key{"up", kText, "clients to servers only", kSomeNetem},
    Key{"down", kText, "servers to clients only", kSomeNetem},
};

constexpr std::array kMatch = {
    Key{"client", kTextList, "addresses of clients", R"("10.0.0.0/8")"},
    Key{"server", kTextList, "addresses of servers", R"("10.0.0.0/8")"},
    Key{"client-port", kQuantityList, "ports", R"(8000 or "8000..8100")"},
    Key{"server-port", kQuantityList, "ports", R"(8000 or "8000..8100")"},
    Key{"vlan", kQuantityList, "outer VLAN ids; 0: untagged", "0 to 4094"},
    Key{"dscp", kQuantityList, "of the frame that opens the connection", "0 to 63"},
    Key{"link", kQuantityList, "links by their place on the command line, from 0", "0 to 31"},
    Key{"connections", kQuantity, "how many-th connection of (client, server, server port), from 0", kSomeCounts},
    Key{"every-connection", kWhole, "3: connections 0, 3, 6, ... of the triple", kSomeCount},
    Key{"share", kShare, "of all connections, drawn for each", kSomeShare},
    Key{"quic-id", kTextList, "the destination connection ID of a client's first Initial, in hex",
        R"("c0ffee" or "c0ffee*" (what begins so))"},
    Key{"protocol", kWordList, "what the client's first bytes say; default http", {}, kProtocol},
    Key{"sni", kTextList, "server names in TLS", R"("example.org" or "*.example.org")"},
    Key{"alpn", kTextList, "protocols that the client offers in TLS", R"("h2")"},
    Key{"method", kTextList, "of the request", R"("GET")"},
    Key{"host", kTextList, "of the request", R"("example.org" or "*.example.org")"},
    Key{"path", kTextList, "of the request, without the query", R"("/api" (a prefix) or "/img/*.png")"},
    Key{"exchanges", kQuantity, "how many-th exchange of the connection, from 0", kSomeCounts},
    Key{"every-exchange", kWhole, "3: exchanges 0, 3, 6, ... of the connection", kSomeCount},
};

constexpr Key kLatencyKey{"latency", kShort, "each response's first byte is late", kSomeLength, {}, &kLatencyKeys};
constexpr Key kJitterKey{"jitter", kShort, "short outages", "a table with prob and length", {}, &kJitterKeys};
constexpr Key kResetKey{"reset", kShort, "connections are cut", R"("1%", or a table)", {}, &kResetKeys};
constexpr Key kPacketKey{"packet", kSectionList, "single packets: loss, delay, ...", {}, {}, &kPacketKeys};
constexpr Key kNetemKey{"netem",    kShort, "single packets and a rate in the words of tc-netem(8)",
                        kSomeNetem, {},     &kNetemKeys};

constexpr std::array kImpair = {
    kLatencyKey, Key{"speed", kShort, "one rate over everything that is limited", kSomeRate, {}, &kSpeedKeys},
    kJitterKey,  kResetKey,
    kPacketKey,  Key{"limited", kBoolean, "whether it shares the speed; default true", "true or false"},
    kNetemKey,
};

constexpr std::array kRuleImpair = {
    kLatencyKey,
    kJitterKey,
    kResetKey,
    kPacketKey,
    Key{"limited", kBoolean, "whether it shares the speed of [impair]; default true", "true or false"},
    Key{"speed", kShort, "a rate of its own, beside that of [impair]", kSomeRate, {}, &kOwnRateKeys},
    kNetemKey,
};

constexpr std::array kRule = {
    Key{"name", kText, "as the decision log calls it", "a name of its own"},
    Key{"match", kSection, "the traffic that the rule takes", {}, {}, &kMatchKeys},
    Key{"impair", kSection, "what is done to it", {}, {}, &kRuleImpairKeys},
};

constexpr std::array kTimeline = {
    Key{"starts", kWord, "where the clock has its zero", {}, kTimelineStarts},
    Key{"loop", kBoolean, "whether the first phase comes again behind the last one; default false", "true or false"},
    Key{"step", kTime, "how often a number that changes takes another value; default 100ms", kSomeTime},
};

constexpr std::array kPhase = {
    Key{"name", kText, "as the decision log calls it", "a name"},
    Key{"at", kTime, "when it begins, from the clock's zero; default: behind the one before", R"(a time: "10s")"},
    Key{"for", kTime, "how long it lasts; default: until the next one begins", R"(a time: "5s")"},
    Key{"repeat", kWhole, "turns, one behind the other; default 1", kSomeCount},
    Key{"when", kText, "the event that it begins with", R"("connection 100" or "first packet")"},
    Key{"impair", kSection, "keys of [impair] that are other meanwhile; a number may be a curve", {}, {}, &kImpairKeys},
    Key{"rule", kSectionList, "rules that do other things meanwhile", {}, {}, &kPhaseRuleKeys},
};

constexpr std::array kPhaseRule = {
    Key{"name", kText, "of a rule of the profile, or of one that is there in this phase only", "its name"},
    Key{"match", kSection, "the traffic that a rule of this phase takes", {}, {}, &kMatchKeys},
    Key{"impair", kSection, "keys of its [rule.impair] that are other meanwhile", {}, {}, &kRuleImpairKeys},
};

constexpr std::array kCurve = {
    Key{"from", kQuantity, "a straight ramp over the phase begins here", kSomeAmount},
    Key{"to", kQuantity, "and ends here", kSomeAmount},
    Key{"sine", kQuantity, "a wave between two numbers, from the middle up", kSomeSpan},
    Key{"period", kTime, "how long one wave is", kSomeTime},
    Key{"walk", kQuantity, "a random walk between two numbers, from the middle", kSomeSpan},
    Key{"step", kTime, "walk: how often it takes a step; default 1s", kSomeTime},
    Key{"by", kQuantity, "walk: how far a step goes at most, either way", kSomeAmount},
};

constexpr std::array kTrace = {
    Key{"file", kText, "a line time,rate,delay,loss, and rows of them", R"("./walk.csv")"},
    Key{"at-end", kWord, "the last row stays, or the first one comes again", {}, kTraceEnd},
};

constexpr std::array kProfile = {
    Key{"name", kText, "what the profile is called", "a text"},
    Key{"description", kText, "what it is for", "a text"},
    Key{"seed", kWhole, "same seed, same decisions; default 1",
        "a whole number from 0 to 2^64 - 1 (in quotes above 2^63)"},
    Key{"extends", kText, "the preset or file whose keys hold where this one has none", R"("wpt-3g" or "./base.toml")"},
    Key{"match", kSection, "the traffic that [impair] is for; default every HTTP connection", {}, {}, &kMatchKeys},
    Key{"impair", kSection, "what is done to what no [[rule]] takes", {}, {}, &kImpairKeys},
    Key{"rule", kSectionList, "the first that matches takes the connection", {}, {}, &kRuleKeys},
    Key{"phase", kSectionList, "what holds for a while in place of it", {}, {}, &kPhaseKeys},
    Key{"timeline", kSection, "the clock of the phases", {}, {}, &kTimelineKeys},
    Key{"trace", kShort, "rates, delays and losses of a file, row by row", R"(a file: "./walk.csv")", {}, &kTraceKeys},
    Key{"netem", kRefused, "a netem string stands in [impair] or [rule.impair]"},
};

}  // namespace

const Keys kLatencyKeys{"latency", "[impair.latency]", kLatency};
const Keys kSpeedKeys{"speed", "[impair.speed]", kSpeed};
const Keys kOwnRateKeys{"own-rate", "[rule.impair.speed]", kOwnRate};
const Keys kJitterKeys{"jitter", "[impair.jitter]", kJitter};
const Keys kResetKeys{"reset", "[impair.reset]", kReset};
const Keys kLossKeys{"loss", "loss", kLoss};
const Keys kPacketKeys{"packet", "[[impair.packet]]", kPacket};
const Keys kNetemKeys{"netem", "[impair.netem]", kNetem};
const Keys kMatchKeys{"match", "[match]", kMatch};
const Keys kImpairKeys{"impair", "[impair]", kImpair};
const Keys kRuleImpairKeys{"rule-impair", "[rule.impair]", kRuleImpair};
const Keys kRuleKeys{"rule", "[[rule]]", kRule};
const Keys kTimelineKeys{"timeline", "[timeline]", kTimeline};
const Keys kPhaseKeys{"phase", "[[phase]]", kPhase};
const Keys kPhaseRuleKeys{"phase-rule", "[[phase.rule]]", kPhaseRule};
const Keys kCurveKeys{"curve", "a curve", kCurve};
const Keys kTraceKeys{"trace", "[trace]", kTrace};
const Keys kProfileKeys{"profile", "a profile", kProfile};

const Key* Keys::find(std::string_view key) const {
  const auto found = std::ranges::find(keys, key, &Key::name);
  return found == keys.end() ? nullptr : &*found;
}

}  // namespace weir
