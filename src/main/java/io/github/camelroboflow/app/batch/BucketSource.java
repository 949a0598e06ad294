package io.github.camelroboflow.app.batch;

import io.github.camelroboflow.delivery.bucket.BucketImages.FetchedObject;
import io.github.camelroboflow.delivery.bucket.BucketImages;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore.Page;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import io.github.camelroboflow.inference.support.Backoff;
import io.github.camelroboflow.inference.support.Hashes;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A prefix of a bucket. In memory are one page of its listing, and the objects whose images are in progress in files. A run that
 * goes on also remembers the names of the images and a mark of each, so that it needs no request for an image that did not change.
 */
public final class BucketSource implements BatchSource {

    private static final Logger LOG = LoggerFactory.getLogger(BucketSource.class);

    private final BucketImages images;
    private final ImageNameFilter names;
    private final Backoff backoff;
    private CountDownLatch stopping;
    /** The marks of the images by their names; {@code null} if nobody will ask for them. */
    private Map<String, Long> marks;
    private boolean listed;

    /**
     * @param names   which objects are images
     * @param backoff the pauses of an outage
     */
    public BucketSource(BucketImages images, ImageNameFilter names, Backoff backoff) {
        this.images = images;
        this.names = names;
        this.backoff = backoff;
    }

    @Override
    public void check() {
        images.check();
    }

    @Override
    public void open(boolean resumed, CountDownLatch stop) throws IOException {
        stopping = stop;
        marks = resumed ? new HashMap<>() : null;
        images.open();
    }

    @Override
    public String address() {
        return images.address();
    }

    @Override
    public String identity() {
        return images.identity();
    }

    @Override
    public String id() {
        return address();
    }

    @Override
    public Optional<Path> folder() {
        return Optional.empty();
    }

    @Override
    public Listing list(BiConsumer<Path, IOException> unreadable) {
        if (listed) {
            // the first listing has answered all questions
            marks = null;
        }
        listed = true;
        return new ObjectListing();
    }

    @Override
    public Optional<BatchImage> current(ResultLine earlier) throws IOException {
        Long mark = marks.get(earlier.image());
        if (mark == null) {
            return Optional.empty();
        }
        return mark == mark(earlier.size(), earlier.etag())
                ? Optional.of(BatchImage.ofObject(earlier.image(), earlier.size(), earlier.etag()))
                : images.find(earlier.image()).map(object -> BatchImage.ofObject(earlier.image(), object.size(), object.etag()));
    }

    @Override
    public TakenImage take(BatchImage listed) throws IOException {
        FetchedObject fetched = images.fetch(new BucketObject(images.prefix() + listed.name(), listed.etag(),
                listed.size()), listed.tries());
        BucketObject object = fetched.object();
        return TakenImage.of(new BatchImage(listed.name(), fetched.file(), object.size(), null, object.etag(), listed.tries()));
    }

    @Override
    public void release(BatchImage image) {
        try {
            if (image.file() != null) {
                Files.deleteIfExists(image.file());
            }
        } catch (IOException e) {
            LOG.debug("{} stays until the end of the program", image.file(), e);
        }
    }

    @Override
    public void close() throws IOException {
        images.close();
    }

    /** Lists the images page by page. */
    private final class ObjectListing implements Listing {

        private Iterator<BucketObject> page = Collections.emptyIterator();
        private String cursor;
        private boolean ended;
        private BatchImage next;
        private long others;

        @Override
        public boolean hasNext() {
            while (next == null && (page.hasNext() || !ended)) {
                if (page.hasNext()) {
                    visit(page.next());
                } else {
                    turn();
                }
            }
            return next != null;
        }

        private void turn() {
            Page listed = page(cursor);
            page = listed.objects().iterator();
            cursor = listed.next();
            ended = cursor == null;
            if (listed.cut()) {
                LOG.warn("{} holds more than the server lists: its list ends, although the server says that more objects follow",
                        MessageText.printable(address()));
            }
        }

        private void visit(BucketObject object) {
            String name = object.key().substring(images.prefix().length());
            String[] parts = name.split("/");
            if (name.isEmpty() || name.endsWith("/")) {
                // such an object only shows that there is a folder
                return;
            }
            for (int i = 0; i < parts.length - 1; i++) {
                if (!ImageNameFilter.mayHoldImages(parts[i])) {
                    return;
                }
            }
            if (!names.isImage(parts[parts.length - 1], name)) {
                others++;
                return;
            }
            next = BatchImage.ofObject(name, object.size(), object.etag());
            if (marks != null) {
                marks.put(name, mark(object.size(), object.etag()));
            }
        }

        @Override
        public BatchImage next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            BatchImage image = next;
            next = null;
            return image;
        }

        @Override
        public long others() {
            return others;
        }
    }

    /** Requests a page until the bucket answers. */
    private Page page(String cursor) {
        long since = System.nanoTime();
        for (int tries = 1;; tries++) {
            try {
                return images.list(cursor);
            } catch (BucketException e) {
                boolean longest = System.nanoTime() - since > ImageQueue.LONGEST_OUTAGE.toNanos();
                if (longest || BucketImages.isRefused(e)) {
                    throw new UncheckedIOException(e);
                }
                if (tries == 1) {
                    LOG.warn("The batch waits: {}", MessageText.printable(e.getMessage()));
                }
                if (!pause(backoff.pause(tries))) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** Waits. Returns {@code false} if the program stops. */
    private boolean pause(Duration pause) {
        try {
            return !stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Returns a number that changes with the object, but for one change in 2^64. */
    private static long mark(long size, String etag) {
        return ByteBuffer.wrap(Hashes.sha256(size + " " + etag)).getLong();
    }
}
