package io.github.camelroboflow.delivery.bucket.s3;

import io.github.camelroboflow.delivery.bucket.client.BucketException.BucketRequest;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject.ReadResult;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectEvents;
import io.github.camelroboflow.delivery.bucket.client.ObjectMetadata;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion.Etags;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection.S3Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.Tag;

/** The requests to a bucket of S3. */
public final class S3Store implements ObjectStore {

    private static final int PRECONDITION_FAILED = 412;
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;
    /** The status for a range of an empty object. */
    private static final int EMPTY = 416;
    private static final int MOST_EMPTY_PAGES = 1000;
    private static final int NOT_IMPLEMENTED = 501;

    private final S3Connection connection;
    private final String bucket;
    private final S3Failures failures = new S3Failures(this);
    private volatile boolean conditional = true;

    public S3Store(S3Connection connection, String bucket) {
        this.connection = connection;
        this.bucket = bucket;
    }

    /**
     * Makes one for a Kamelet.
     *
     * @param bucket   its name; an Object, since Camel takes a text of digits for a number
     * @param endpoint {@code amazon}, or the address of another server
     */
    public static S3Store of(Object bucket, String region, String endpoint) {
        boolean own = !endpoint.strip().equals("amazon");
        return new S3Store(new S3Connection(new S3Settings(region, own, endpoint, own)), bucket.toString());
    }

    @Override
    public String bucket() {
        return bucket;
    }

    @Override
    public String title() {
        return "the bucket " + bucket;
    }

    @Override
    public String server() {
        return connection.server();
    }

    @Override
    public String address() {
        return "s3://" + bucket + "/";
    }

    @Override
    public String property(String setting) {
        return "s3." + setting;
    }

    @FunctionalInterface
    private interface Request<T> {
        T send(S3Client s3);
    }

    private <T> T send(BucketRequest description, String about, Request<T> request) throws BucketException {
        try {
            return request.send(connection.client());
        } catch (SdkException e) {
            throw failures.of(description, about, e);
        }
    }

    /** Lists the objects after a key, which is the token: a page of the server may be empty though others follow it. */
    @Override
    public Page list(String prefix, String after) throws BucketException {
        ListObjectsV2Response response = listed(prefix, after, null);
        for (int i = 0; i < MOST_EMPTY_PAGES && response.contents().isEmpty() && isTruncated(response)
                && response.nextContinuationToken() != null; i++) {
            response = listed(prefix, after, response.nextContinuationToken());
        }
        List<BucketObject> objects = response.contents().stream().map(S3Store::object).toList();
        if (!isTruncated(response)) {
            return new Page(objects, null, false);
        }
        String last = objects.isEmpty() ? after : objects.get(objects.size() - 1).key();
        // without progress the same page would be requested for ever
        boolean further = last != null && !last.equals(after);
        return new Page(objects, further ? last : null, !further);
    }

    private static boolean isTruncated(ListObjectsV2Response response) {
        return Boolean.TRUE.equals(response.isTruncated());
    }

    @Override
    public List<BucketObject> listFirst(String prefix, String after, int most) throws BucketException {
        return send(BucketRequest.LIST, title(), s3 -> s3.listObjectsV2(request -> request.bucket(bucket).prefix(prefix)
                .startAfter(after).maxKeys(most).encodingType(EncodingType.URL))).contents().stream().map(S3Store::object)
                .toList();
    }

    private ListObjectsV2Response listed(String prefix, String after, String continuation) throws BucketException {
        // plain XML would change a line break in a key
        ListObjectsV2Response response = send(BucketRequest.LIST, title(), s3 -> s3.listObjectsV2(request -> request
                .bucket(bucket).prefix(prefix).startAfter(after).continuationToken(continuation)
                .encodingType(EncodingType.URL)));
        if (response.name() == null && response.isTruncated() == null && response.contents().isEmpty()) {
            throw new BucketException(BucketRequest.LIST.failure(title()) + ": the answer of " + server()
                    + " is no list of a bucket; is " + setting("endpoint") + " the address of an S3 server?", null);
        }
        return response;
    }

    private static BucketObject object(S3Object listed) {
        return new BucketObject(listed.key(), Etags.of(listed.eTag(), listed.size(), listed.lastModified()), listed.size());
    }

    @Override
    public Optional<StoredObject> head(String key) throws BucketException {
        return send(BucketRequest.LOOK, key, s3 -> headed(s3, key));
    }

    private Optional<StoredObject> headed(S3Client s3, String key) {
        try {
            var head = s3.headObject(request -> request.bucket(bucket).key(key));
            return Optional.of(new StoredObject(head.eTag(), head.contentLength(), head.lastModified(),
                    head.metadata().get(ObjectMetadata.ORIGINAL_ETAG)));
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        }
    }

    @Override
    public ReadResult read(BucketObject object, Path file, boolean onlyThis) throws BucketException {
        return send(BucketRequest.READ, object.key(), s3 -> {
            try {
                GetObjectResponse response = s3.getObject(request -> request.bucket(bucket).key(object.key())
                        .ifMatch(onlyThis && !Etags.isSynthetic(object.etag()) ? quoted(object.etag()) : null), file);
                // without an etag there was no condition
                boolean other = onlyThis && Etags.isSynthetic(object.etag())
                        && !Etags.isOf(object.etag(), null, response.contentLength(), response.lastModified());
                return other ? ReadResult.Nothing.CHANGED : content(object, response);
            } catch (NoSuchKeyException e) {
                return ReadResult.Nothing.GONE;
            } catch (S3Exception e) {
                if (e.statusCode() == PRECONDITION_FAILED && onlyThis) {
                    return ReadResult.Nothing.CHANGED;
                }
                throw e;
            }
        });
    }

    private static ReadResult content(BucketObject object, GetObjectResponse response) {
        return new ReadResult.Content(ObjectMetadata.sendable(response.contentType(), response.contentDisposition(),
                response.cacheControl(), response.metadata(), object.etag()), ObjectVersion.of(object,
                        new StoredObject(response.eTag(), response.contentLength(), response.lastModified(), null)));
    }

    @Override
    public void readFirstByte(String key) throws BucketException {
        send(BucketRequest.READ, key, s3 -> {
            try {
                return s3.getObjectAsBytes(request -> request.bucket(bucket).key(key).range("bytes=0-0"));
            } catch (NoSuchKeyException e) {
                return null;
            } catch (S3Exception e) {
                if (e.statusCode() == EMPTY) {
                    return null;
                }
                throw e;
            }
        });
    }

    @Override
    public Optional<byte[]> read(String key) throws BucketException {
        return send(BucketRequest.READ, key, s3 -> {
            try {
                return Optional.of(s3.getObjectAsBytes(request -> request.bucket(bucket).key(key)).asByteArray());
            } catch (NoSuchKeyException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public boolean putIfAbsent(String key, Content content, ObjectMetadata metadata) throws BucketException {
        if (conditional) {
            Boolean put = send(BucketRequest.WRITE, key, s3 -> {
                try {
                    s3.putObject(put(key, metadata).ifNoneMatch("*").build(), body(content));
                    return true;
                } catch (S3Exception e) {
                    if (e.statusCode() == NOT_IMPLEMENTED) {
                        return null;
                    }
                    // without an object the refusal has another reason
                    if ((e.statusCode() == PRECONDITION_FAILED || e.statusCode() == CONFLICT) && headed(s3, key).isPresent()) {
                        return false;
                    }
                    throw e;
                }
            });
            if (put != null) {
                return put;
            }
            conditional = false;
        }
        if (head(key).isPresent()) {
            return false;
        }
        put(key, content, metadata);
        return true;
    }

    @Override
    public void put(String key, Content content, ObjectMetadata metadata) throws BucketException {
        send(BucketRequest.WRITE, key, s3 -> s3.putObject(put(key, metadata).build(), body(content)));
    }

    private PutObjectRequest.Builder put(String key, ObjectMetadata metadata) {
        return PutObjectRequest.builder().bucket(bucket).key(key).contentType(metadata.contentType())
                .contentDisposition(metadata.contentDisposition()).cacheControl(metadata.cacheControl()).metadata(metadata.all());
    }

    private static RequestBody body(Content content) {
        return content.file() == null ? RequestBody.fromBytes(content.bytes()) : RequestBody.fromFile(content.file());
    }

    @Override
    public boolean copy(String key, String etag, String target) throws BucketException {
        return send(BucketRequest.COPY, key, s3 -> {
            try {
                s3.copyObject(request -> request.sourceBucket(bucket).sourceKey(key).destinationBucket(bucket)
                        .destinationKey(target).copySourceIfMatch(etag == null ? null : quoted(etag)));
                return true;
            } catch (NoSuchKeyException e) {
                return false;
            } catch (S3Exception e) {
                if (e.statusCode() == PRECONDITION_FAILED) {
                    return false;
                }
                throw e;
            }
        });
    }

    private static String quoted(String etag) {
        return "\"" + etag + "\"";
    }

    @Override
    public void delete(String key) throws BucketException {
        send(BucketRequest.DELETE, key, s3 -> s3.deleteObject(request -> request.bucket(bucket).key(key)));
    }

    /** Looks before it deletes: not every server supports a conditional delete. */
    @Override
    public void delete(String key, ObjectVersion version) throws BucketException {
        if (head(key).filter(version::is).isPresent()) {
            delete(key);
        }
    }

    @Override
    public Map<String, String> tags(String key) throws BucketException {
        return send(BucketRequest.READ_TAGS, key, s3 -> {
            Map<String, String> tags = new TreeMap<>();
            try {
                s3.getObjectTagging(request -> request.bucket(bucket).key(key)).tagSet()
                        .forEach(tag -> tags.put(tag.key(), tag.value()));
            } catch (S3Exception e) {
                if (e.statusCode() != NOT_FOUND || e instanceof NoSuchBucketException) {
                    throw e;
                }
            }
            return tags;
        });
    }

    @Override
    public void setTags(String key, Map<String, String> tags) throws BucketException {
        List<Tag> all = tags.entrySet().stream().map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
        send(BucketRequest.WRITE_TAGS, key, s3 -> s3.putObjectTagging(request -> request.bucket(bucket).key(key)
                .tagging(tagging -> tagging.tagSet(all))));
    }

    @Override
    public ObjectEvents events() {
        return new S3Events();
    }

    @Override
    public void close() {
        connection.close();
    }
}
