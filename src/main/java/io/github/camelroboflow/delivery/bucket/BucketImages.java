package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.client.Bucket;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.BucketObject.ReadResult;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images below a prefix of a bucket, which are only read: nothing is moved, tagged, deleted or remembered. Thread-safe. */
public final class BucketImages implements AutoCloseable {

    /** The number of tries after which a failure of a busy server is told from one of the object. */
    public static final int MOST_TRIES = 3;

    private static final Logger LOG = LoggerFactory.getLogger(BucketImages.class);
    /** The statuses of a server that is busy: 408, 425 and 429. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);

    private final ObjectStore store;
    private final BucketAddress address;
    private final String prefix;
    private final Bucket bucket;
    private final long maxSize;
    private final WorkFiles files;
    private final OutageProbe probe;

    /** The clouds, with their schemes of addresses. */
    public enum Cloud {

        S3("s3:", "bucket"), AZURE("azure:", "container");

        private final String scheme;
        private final String noun;

        Cloud(String scheme, String noun) {
            this.scheme = scheme;
            this.noun = noun;
        }

        private static Optional<Cloud> of(String address) {
            return Stream.of(values()).filter(cloud -> address.startsWith(cloud.scheme)).findFirst();
        }
    }

    /**
     * The address of a prefix.
     *
     * @param prefix empty for the whole bucket, else with a slash at its end
     */
    public record BucketAddress(Cloud cloud, String bucket, String prefix) {

        private static final Pattern FORM = Pattern.compile("\\w+:/{1,2}([^/\\s]+)(?:/(.*))?", Pattern.DOTALL);

        /** Returns whether a text is meant to be an address of a bucket, and no path of a file. */
        public static boolean isMeant(String text) {
            return Cloud.of(text).isPresent();
        }

        /**
         * Reads an address such as {@code s3://images/2026/}. One slash at its beginning is enough, as paths of files have it.
         *
         * @param text is meant to be one
         * @throws IllegalArgumentException if it is none
         */
        public static BucketAddress of(String text) {
            Cloud cloud = Cloud.of(text).orElseThrow();
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new IllegalArgumentException(text + " is no address of a " + cloud.noun + ": write it as " + cloud.scheme
                        + "//" + cloud.noun + "/prefix");
            }
            String prefix = form.group(2) == null ? "" : form.group(2);
            return new BucketAddress(cloud, form.group(1), prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/");
        }

        /** Returns the name of an object below the prefix by its address, also if that was made a path; another text as it is. */
        public String name(String object) {
            // a path has one slash where an address has two
            String address = object.replaceFirst("^" + cloud.scheme + "/+", cloud.scheme + "//");
            return address.startsWith(toString()) ? address.substring(toString().length()) : object;
        }

        @Override
        public String toString() {
            return cloud.scheme + "//" + bucket + "/" + prefix;
        }
    }

    /**
     * An object with its content in a file.
     *
     * @param object the object that was read, which may have replaced the one that was asked for
     */
    public record FetchedObject(BucketObject object, Path file) {
    }

    /**
     * @param store   the bucket of the address
     * @param work    the folder for the files of objects that are in use
     * @param maxSize in bytes; larger objects are not read
     */
    public BucketImages(ObjectStore store, BucketAddress address, Path work, long maxSize) {
        this.store = store;
        this.address = address;
        this.prefix = address.prefix();
        this.bucket = new Bucket(store);
        this.maxSize = maxSize;
        this.files = new WorkFiles(work);
        this.probe = OutageProbe.ofReads(bucket, prefix);
    }

    public String prefix() {
        return prefix;
    }

    /** Returns the address, such as {@code s3://images/2026/}, for people and as a part of ids. */
    public String address() {
        return address.toString();
    }

    /** Returns the address with the server, which distinguishes it from buckets of the same name elsewhere. */
    public String identity() {
        return address + " of " + store.server();
    }

    /**
     * Tries what is needed for every image.
     *
     * @throws IllegalArgumentException if the bucket refuses it, so that waiting would not help
     */
    public void check() {
        try {
            bucket.listFirst(prefix, null, 1);
            bucket.probe().read(prefix);
        } catch (BucketException e) {
            if (isRefused(e)) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
            LOG.debug("{} is down", address, e);
        }
    }

    /** Returns whether a failure stays while nobody changes the configuration or the permissions. */
    public static boolean isRefused(BucketException failure) {
        return failure.isUnsupported() || failure.isWithoutCredentials()
                || failure.answer().filter(answer -> answer.status() < 500 && !PASSING.contains(answer.status())).isPresent();
    }

    /** Makes the folder for files ready, and deletes what a killed program left there. */
    public void open() throws IOException {
        files.open();
    }

    /**
     * Returns a page of all objects below the prefix.
     *
     * @param token of the page; {@code null} for the first
     */
    public ObjectStore.Page list(String token) throws BucketException {
        return bucket.list(prefix, token);
    }

    /** Returns the current object of a name below the prefix. Empty if it is gone. */
    public Optional<BucketObject> find(String name) throws BucketException {
        return bucket.find(prefix + name);
    }

    /**
     * Downloads an object, or the one that has replaced it by now. The caller deletes the file.
     *
     * @param tries the number of earlier tries that failed: a busy server is asked some times before its failure is the object's
     * @throws InvalidImageException if only this object can't be read
     * @throws IOException           if none can be read now, or that is not yet known
     */
    public FetchedObject fetch(BucketObject listed, int tries) throws IOException {
        try {
            Optional<FetchedObject> fetched = fetch(listed, true);
            if (fetched.isEmpty()) {
                Optional<BucketObject> now = bucket.find(listed.key());
                fetched = now.isPresent() ? fetch(now.get(), false) : fetched;
            }
            probe.wasRead(listed.key());
            return fetched.orElseThrow(() -> new InvalidImageException(name(listed)
                    + " is gone: it was deleted after it was listed"));
        } catch (BucketException e) {
            if (!isRefused(e) && tries < MOST_TRIES || probe.isReadingDown(listed.key(), e)) {
                throw e;
            }
            throw new InvalidImageException(MessageText.printable(e.getMessage()), e);
        }
    }

    private String name(BucketObject object) {
        return MessageText.printable(object.key().substring(prefix.length()));
    }

    /** @return empty if the object is gone, or another one has its key */
    private Optional<FetchedObject> fetch(BucketObject object, boolean onlyThis) throws IOException {
        if (object.size() > maxSize) {
            throw new InvalidImageException(name(object) + " is too large: it has " + object.size() + " bytes, and "
                    + bucket.setting("maxSize") + " is " + maxSize + " bytes");
        }
        Path file = files.next(object.key());
        boolean read = false;
        try {
            read = bucket.read(object, file, onlyThis) instanceof ReadResult.Content;
            return read ? Optional.of(new FetchedObject(object, file)) : Optional.empty();
        } finally {
            if (!read) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        files.close();
        store.close();
    }
}
