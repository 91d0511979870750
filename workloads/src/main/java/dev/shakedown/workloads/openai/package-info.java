/**
 * The OpenAI-compatible HTTP protocol as vLLM speaks it: request bodies, the event stream, and the
 * parser that turns stream bytes into token times; and the two transports that carry them, event
 * loops by Netty and a thread a stream by OkHttp. Knows nothing of schedules or histograms.
 */
@NullMarked
package dev.shakedown.workloads.openai;

import org.jspecify.annotations.NullMarked;
