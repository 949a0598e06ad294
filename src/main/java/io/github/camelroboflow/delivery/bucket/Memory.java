package io.github.camelroboflow.delivery.bucket;

import java.util.Collection;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Remembers, also after a restart, which objects are finished that are left where they are; until they are gone, which complete
 * listings tell. Listings are counted for each source, that is for all that is listed alike.
 */
interface Memory {

    /** Those of some ids that it remembers. */
    Set<String> known(Collection<String> ids);

    /** @param source whose listings show it */
    void remember(String id, String source);

    void forget(String id);

    /** The number of a source's next listing, if it is time for one, and no other program has begun it. */
    OptionalLong beginListing(String source);

    /** Notes of some ids, known or not, that a listing shows them. */
    void listed(Collection<String> ids, String source, long listing);

    /** Ends a listing that was complete: forgets, a few at a time, what none of the last few has shown. Returns how many. */
    int endListing(String source, long listing, BooleanSupplier stopping);
}
