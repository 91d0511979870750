/**
 * HTTP over Netty as both surfaces need it: routes, replies, event streams, WebSockets. Everything
 * runs on one event loop; knows nothing of vLLM or Ray.
 */
@NullMarked
package dev.shakedown.simulator.http;

import org.jspecify.annotations.NullMarked;
