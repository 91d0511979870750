package dev.shakedown.harness.run;

import dev.shakedown.harness.engine.Placement;
import dev.shakedown.harness.engine.ReadyEngine;

/** An engine that serves, and what is known about where its ranks run. */
record EngineUpReport(ReadyEngine ready, Placement placement) {}
