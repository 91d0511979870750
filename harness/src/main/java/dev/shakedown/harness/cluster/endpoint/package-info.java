/**
 * A client for the control routes of an OpenAI-compatible endpoint (health, version, models, one
 * completion, metrics). Sends no load and knows nothing of how the endpoint came to be.
 */
@NullMarked
package dev.shakedown.harness.cluster.endpoint;

import org.jspecify.annotations.NullMarked;
