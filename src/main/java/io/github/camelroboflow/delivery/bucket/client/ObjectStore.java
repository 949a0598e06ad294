package io.github.camelroboflow.delivery.bucket.client;

import io.github.camelroboflow.delivery.bucket.client.BucketObject.ReadResult;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion.Etags;
import io.github.camelroboflow.inference.support.Advice;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A bucket of one cloud: the requests, and the names that the cloud has for things. Everything else about buckets is the same for
 * all clouds, and is in {@link Bucket} and in the classes that use it. Etags have no quotes here. The client is made when it is
 * first needed, and again after {@link #close}.
 */
public interface ObjectStore extends AutoCloseable {

    /**
     * A page of a bucket's objects, in the order of their keys.
     *
     * @param next the token of the page that follows, which only this store can read; {@code null} if no objects follow
     * @param cut  whether the listing ends early: more objects follow, but the server does not list them
     */
    record Page(List<BucketObject> objects, String next, boolean cut) {

        public boolean last() {
            return next == null;
        }
    }

    /**
     * An object as the server describes it on request.
     *
     * @param reported     the etag; {@code null} or empty if the server reports none
     * @param originalEtag the etag of the image that this object is a copy of; {@code null} if it holds none
     */
    record StoredObject(String reported, Long size, Instant modified, String originalEtag) {

        /** Returns the reported etag, or a synthetic one. */
        public String etag() {
            return Etags.of(reported, size, modified);
        }
    }

    /**
     * The content of an object.
     *
     * @param file  {@code null} if the content is in memory
     * @param bytes {@code null} if the content is in a file
     */
    record Content(Path file, byte[] bytes) {
    }

    /** Returns the bucket's name. */
    String bucket();

    /** Returns the cloud's word for a bucket, with the name: {@code the bucket images}. */
    String title();

    /** Returns the server's name without secrets, for people and as a part of ids. */
    String server();

    /** Returns the bucket's address for people and as a part of ids, such as {@code s3://images/}. */
    String address();

    /** Returns the program's property of a setting, such as {@code s3.inbox} for {@code inbox}. */
    String property(String setting);

    /** Names a setting of the bucket for a person. */
    default String setting(String name) {
        return Advice.choose(property(name), property(name).replaceFirst("^\\w+\\.", ""));
    }

    /**
     * Returns some objects, and none only if no more follow.
     *
     * @param token of the page; {@code null} for the first
     */
    Page list(String prefix, String token) throws BucketException;

    /** Returns the first objects after a key, or the first of all if that is {@code null}. */
    List<BucketObject> listFirst(String prefix, String after, int most) throws BucketException;

    /** Returns the description of an object. Empty if there is no such object. */
    Optional<StoredObject> head(String key) throws BucketException;

    /**
     * Writes an object's content into a file.
     *
     * @param onlyThis whether another object under the key must not be read
     */
    ReadResult read(BucketObject object, Path file, boolean onlyThis) throws BucketException;

    /** Returns the content of a small object. Empty if it is gone. */
    Optional<byte[]> read(String key) throws BucketException;

    /** Reads a byte of an object, which need not exist, to check that reads are possible. */
    void readFirstByte(String key) throws BucketException;

    /** Puts an object, and replaces an existing one. */
    void put(String key, Content content, ObjectMetadata metadata) throws BucketException;

    /** Puts an object if no object has the key. Otherwise does nothing and returns {@code false}. */
    boolean putIfAbsent(String key, Content content, ObjectMetadata metadata) throws BucketException;

    /**
     * Copies an object within the bucket, on the server. Returns {@code false} if it is gone or does not have the etag.
     *
     * @param etag the etag of the object that is copied; {@code null} for whichever has the key
     */
    boolean copy(String key, String etag, String target) throws BucketException;

    /** Deletes the object of a key, if there is one. */
    void delete(String key) throws BucketException;

    /** Deletes an object unless another one has its key by now. */
    void delete(String key, ObjectVersion version) throws BucketException;

    /** Returns the tags of an object; none if it is gone. */
    Map<String, String> tags(String key) throws BucketException;

    /** Replaces all tags of an object. */
    void setTags(String key, Map<String, String> tags) throws BucketException;

    /** Returns the reader of the messages by which the cloud announces objects. */
    ObjectEvents events();

    /** Closes the client. */
    @Override
    void close();
}
