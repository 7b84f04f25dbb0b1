// A rate and the packets that wait for it, as one worker sees them. There is one for all traffic, or one for each
// direction. The limiter is shared by all workers, the rest is the worker's own. Worker's thread.
#pragma once

#include <array>
#include <cstdint>

#include "engine/lane_queues.h"
#include "engine/queue_state.h"
#include "engine/ticket_queue.h"
#include "rate/capacity.h"
#include "rate/limiter.h"

namespace weir {

struct Budget {
  Limiter* limiter;  // shared by all workers; null where no speed is asked for
  TicketQueue tickets;
  LaneQueues lanes;                 // their parts in its queue
  Capacity capacity;                // means something only with a limiter
  std::uint64_t carried = 0;        // capacity.carried(now) of this turn
  std::uint64_t queue_limit = 0;    // bytes that may wait, at this turn's rate
  std::uint64_t redraws_noted = 0;  // rates logged so far
  Grant at_once = {};               // promised bytes that the capacity has reached, for what is being visited
  QueueState queue = {};            // where a discipline chooses when packets leave
};

/// The limiters of a run: one for both directions, or one each, by the side that frames come in at; null: no limit.
using Limiters = std::array<Limiter*, 2>;

}  // namespace weir
