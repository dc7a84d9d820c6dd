package io.echelon.kvstore;

import java.time.Instant;

/**
 * A message that was claimed.
 *
 * @param sent when it was enqueued
 * @param attempts which attempt to deliver it this is, from 1
 * @param retriesLeft how often it is tried again after failures; with 0, the next failure is its
 *     last
 */
public record QueueMessage(
        QueueReceipt receipt, KvValue.V8 payload, Instant sent, int attempts, int retriesLeft) {}
