package io.github.camelroboflow.delivery.bucket;

import java.util.Collection;
import java.util.Set;

/** Remembers, also after a restart, which objects are finished that are left where they are. */
interface Memory {

    /** Those of some ids that it remembers. */
    Set<String> known(Collection<String> ids);

    void remember(String id);

    void forget(String id);
}
