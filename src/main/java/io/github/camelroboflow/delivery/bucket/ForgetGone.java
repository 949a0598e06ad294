package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.inference.Printable;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has objects forgotten that were finished, left in the bucket, and deleted there by somebody since, or the memory would grow for
 * ever. It lists all that is below the inbox's prefix, images or not, as a setting may leave images out for a while.
 */
final class ForgetGone implements Consumer<BooleanSupplier> {

    private static final Logger LOG = LoggerFactory.getLogger(ForgetGone.class);

    private final Bucket bucket;
    private final String prefix;
    private final String source;
    private final Memory memory;
    private final boolean quiet;
    private boolean told;

    /** @param quiet whether others tell that the bucket can't be listed */
    ForgetGone(Bucket bucket, String prefix, Memory memory, boolean quiet) {
        this.bucket = bucket;
        this.prefix = prefix;
        this.source = bucket.source(prefix);
        this.memory = memory;
        this.quiet = quiet;
    }

    @Override
    public void accept(BooleanSupplier stopping) {
        OptionalLong listing = memory.beginListing(source);
        if (listing.isEmpty()) {
            return;
        }
        try {
            if (listAll(listing.getAsLong(), stopping)) {
                int gone = memory.endListing(source, listing.getAsLong(), stopping);
                LOG.debug("{} finished objects are gone from {}{}", gone, bucket.name(), prefix);
                told = false;
            }
        } catch (IOException e) {
            tell(e);
        }
    }

    /** Returns whether it came to the end. */
    private boolean listAll(long listing, BooleanSupplier stopping) throws IOException {
        String cursor = null;
        Bucket.Page page;
        do {
            if (stopping.getAsBoolean()) {
                return false;
            }
            page = bucket.list(prefix, cursor);
            memory.listed(page.objects().stream().map(object -> ObjectIds.of(bucket.name(), object)).toList(), source, listing);
            if (!page.objects().isEmpty()) {
                cursor = page.objects().get(page.objects().size() - 1).key();
            }
        } while (!page.last());
        // what it did not list may be there all the same
        return !page.cut();
    }

    private void tell(IOException e) {
        if (!quiet && !told) {
            LOG.warn("What is remembered of finished images that are gone from the bucket is not forgotten for now: {}",
                    Printable.of(e.getMessage()));
            told = true;
        }
        LOG.debug("left to the next time", e);
    }
}
