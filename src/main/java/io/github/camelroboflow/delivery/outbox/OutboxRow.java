package io.github.camelroboflow.delivery.outbox;

/**
 * A parcel that waits in the table. All times are milliseconds since 1970 by the clock of the machine that wrote them.
 *
 * @param id          its number
 * @param lane        the id of its destination
 * @param parcel      what is sent
 * @param created     when it was committed, or put back
 * @param attempts    how often it was tried
 * @param lastAttempt when it was tried last, or 0
 * @param deadline    when the tries end
 * @param claim       by which it is held; whoever claims it later has another
 * @param damage      why it can never be sent as it is in the table, or empty
 */
record OutboxRow(long id, String lane, Parcel parcel, long created, int attempts, long lastAttempt, long deadline, String claim,
                 String damage) {

    OutboxRow claimed(String newClaim) {
        return new OutboxRow(id, lane, parcel, created, attempts, lastAttempt, deadline, newClaim, damage);
    }
}
