// What may be done to a lane: the operations that keep its order. Worker's thread.
#pragma once

#include "flow/flow.h"

namespace weir {

/// Puts a packet last in the lane and gives it its place in the order.
inline void append(Lane& lane, Packet& packet) {
  packet.next = nullptr;
  packet.place = ++lane.appended;
  if (lane.tail != nullptr) {
    lane.tail->next = &packet;
  } else {
    lane.head = &packet;
  }
  lane.tail = &packet;
}

/// Takes the first packet out; the lane must not be empty.
inline Packet& take_head(Lane& lane) {
  Packet& packet = *lane.head;
  lane.head = packet.next;
  if (lane.tail == &packet) lane.tail = nullptr;
  if (lane.last_ticketed == &packet) lane.last_ticketed = nullptr;
  return packet;
}

/// Takes the first packet without a ticket out; there must be one.
inline Packet& take_first_unticketed(Lane& lane) {
  if (lane.last_ticketed == nullptr) return take_head(lane);
  Packet& packet = *lane.last_ticketed->next;
  lane.last_ticketed->next = packet.next;
  if (lane.tail == &packet) lane.tail = lane.last_ticketed;
  return packet;
}

/// Takes the packet behind `before` out; there must be one, without a ticket.
inline Packet& take_behind(Lane& lane, Packet& before) {
  Packet& packet = *before.next;
  before.next = packet.next;
  if (lane.tail == &packet) lane.tail = &before;
  return packet;
}

/// Voids whatever refers to the lane, in the wheel and among the tickets; its packets stay, in order, without tickets.
inline void void_references(Lane& lane) {
  ++lane.epoch;
  lane.last_ticketed = nullptr;
}

}  // namespace weir
