// weir: an impaired link for a lab bench. The wiring of commands to what they do, and nothing else.
#include <iostream>
#include <string>
#include <vector>

#include "weir/dispatch.h"
#include "weir/exec.h"
#include "weir/run.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return weir::dispatch(arguments, {.run = weir::run, .exec = weir::exec}, std::cout, std::cerr);
}
