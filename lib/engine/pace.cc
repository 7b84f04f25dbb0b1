#include "engine/pace.h"

#include <algorithm>

#include "engine/hold.h"
#include "flow/lane.h"

namespace weir {
namespace {

constexpr int kTurnsAVisit = 64;

}  // namespace

const OwnRate* own_rate_of(const Pipeline& pipeline, const Flow& flow) {
  const Impairments* const impair = pipeline.impairments(flow.rule);
  return impair != nullptr && impair->own_rate ? &*impair->own_rate : nullptr;
}

bool take_turn(Pipeline& pipeline, Flow& flow, Packet& packet, Instant now) {
  const OwnRate* const own = own_rate_of(pipeline, flow);
  packet.paced = true;
  if (packet.own_charge == 0 || own == nullptr) return true;  // the rule may have changed since it came
  const bool by_connection = own->per == OwnRate::Per::kConnection;
  const std::optional<Instant> leaves_at =
      by_connection ? flow.pacer.reserve(packet.own_charge, own->rate, own->queue, now)
                    : pipeline.rule_pacers[flow.rule].reserve(packet.own_charge, own->rate, own->queue, now);
  if (!leaves_at) return false;
  packet.due_at = std::max(packet.due_at, *leaves_at);
  return true;
}

void take_turns(Pipeline& pipeline, Flow& flow, Side from, Instant now) {
  Lane& lane = flow.lane(from);
  Packet* before = lane.first_unticketed();
  if (!take_turn(pipeline, flow, *before, now)) {
    return drop_limited(pipeline, flow, take_first_unticketed(lane), DropReason::kRateQueue, now);
  }
  for (int turns = 1; before->next != nullptr && turns < kTurnsAVisit; ++turns) {
    Packet& packet = *before->next;
    if (packet.due_at > now) return;
    if (packet.paced || take_turn(pipeline, flow, packet, now)) {
      packet.due_at = std::max(packet.due_at, before->due_at);
      before = &packet;
    } else {
      drop_limited(pipeline, flow, take_behind(lane, *before), DropReason::kRateQueue, now);
    }
  }
}

void void_turns(Flow& flow) {
  flow.pacer.reset();
  for (Lane& lane : flow.lanes) {
    for (Packet* packet = lane.head; packet != nullptr; packet = packet->next) {
      if (packet->own_charge > 0) packet->paced = false;
    }
  }
}

}  // namespace weir
