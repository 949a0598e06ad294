package io.github.camelroboflow.delivery.bucket.azure;

import com.azure.core.exception.AzureException;
import com.azure.core.http.rest.PagedResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.core.util.polling.SyncPoller;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobBeginCopySourceRequestConditions;
import com.azure.storage.blob.models.BlobCopyInfo;
import com.azure.storage.blob.models.BlobDownloadHeaders;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.CopyStatusType;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlobBeginCopyOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import io.github.camelroboflow.delivery.bucket.azure.AzureConnection.ApplicationAccount;
import io.github.camelroboflow.delivery.bucket.client.BucketException.BucketRequest;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject.ReadResult;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectEvents;
import io.github.camelroboflow.delivery.bucket.client.ObjectMetadata;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion.Etags;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** The requests to a container of Azure Blob Storage. */
public final class AzureStore implements ObjectStore {

    private static final int PAGE = 1000;
    private static final int LARGEST_PAGE = 5000;
    private static final int NOT_FOUND = 404;
    private static final Set<BlobErrorCode> OTHER_OBJECT = Set.of(BlobErrorCode.CONDITION_NOT_MET,
            BlobErrorCode.TARGET_CONDITION_NOT_MET, BlobErrorCode.SOURCE_CONDITION_NOT_MET);
    /** Metadata of Azure has names like those in C#. */
    private static final String ORIGINAL_ETAG = ObjectMetadata.ORIGINAL_ETAG.replace('-', '_');
    private static final Duration COPY_INTERVAL = Duration.ofMillis(200);
    private static final Duration COPY_TIMEOUT = Duration.ofMinutes(10);

    private final AzureConnection connection;
    private final String container;
    private final AzureFailures failures;

    public AzureStore(AzureConnection connection, String container) {
        this.connection = connection;
        this.container = container;
        this.failures = new AzureFailures(connection, title(), "make the container, or set " + setting("container"));
    }

    /**
     * Makes one for a Kamelet.
     *
     * @param container its name; an Object, since Camel takes a text of digits for a number
     */
    public static AzureStore of(ApplicationAccount account, Object container) {
        return new AzureStore(account.connection(), container.toString());
    }

    @Override
    public String bucket() {
        return container;
    }

    @Override
    public String title() {
        return "the container " + container;
    }

    @Override
    public String server() {
        return connection.server();
    }

    @Override
    public String address() {
        return server() + "/" + container + "/";
    }

    @Override
    public String property(String setting) {
        return "azure." + (setting.equals("bucket") ? "container" : setting);
    }

    private <T> T send(BucketRequest description, String about, Function<BlobContainerClient, T> request) throws BucketException {
        try {
            return request.apply(connection.blobs().getBlobContainerClient(container));
        } catch (AzureException | UncheckedIOException | IllegalArgumentException e) {
            throw failures.of(description.failure(about), right(description), e);
        } catch (RuntimeException e) {
            throw failures.ofUnexpected(description.failure(about), right(description), e);
        }
    }

    /** Returns the letter of the permission that a shared access signature needs. */
    private static String right(BucketRequest request) {
        return switch (request) {
            case LIST -> "l";
            case LOOK, READ -> "r";
            case WRITE, COPY -> "w";
            case DELETE -> "d";
            case READ_TAGS, WRITE_TAGS -> "t";
        };
    }

    /** Sends a request about one blob. Returns an empty result if there is no such blob in the container. */
    private <T> Optional<T> ifPresent(BucketRequest description, String key, Function<BlobClient, T> request)
            throws BucketException {
        return send(description, key, client -> {
            try {
                return Optional.ofNullable(request.apply(blob(client, key)));
            } catch (BlobStorageException e) {
                if (e.getStatusCode() == NOT_FOUND && !BlobErrorCode.CONTAINER_NOT_FOUND.equals(e.getErrorCode())) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    private static BlobClient blob(BlobContainerClient client, String key) {
        return client.getBlobClient(key);
    }

    @Override
    public Page list(String prefix, String token) throws BucketException {
        return send(BucketRequest.LIST, title(), client -> {
            String next = token;
            PagedResponse<BlobItem> page;
            do {
                page = page(client, prefix, next, PAGE);
                // a page may be empty though others follow it
            } while ((next = next(page)) != null && page.getValue().isEmpty());
            return new Page(page.getValue().stream().map(AzureStore::object).toList(), next, false);
        });
    }

    private static PagedResponse<BlobItem> page(BlobContainerClient client, String prefix, String token, int size) {
        Iterator<PagedResponse<BlobItem>> pages = client.listBlobs(new ListBlobsOptions().setPrefix(prefix)
                .setMaxResultsPerPage(size), token, null).iterableByPage().iterator();
        return pages.next();
    }

    private static String next(PagedResponse<BlobItem> page) {
        String token = page.getContinuationToken();
        return token == null || token.isEmpty() ? null : token;
    }

    /** Azure lists no blobs after a key: those are found that follow it in the first page. */
    @Override
    public List<BucketObject> listFirst(String prefix, String after, int most) throws BucketException {
        return send(BucketRequest.LIST, title(), client -> page(client, prefix, null, after == null ? most : LARGEST_PAGE)
                .getValue().stream().map(AzureStore::object).filter(object -> after == null || object.key().compareTo(after) > 0)
                .limit(most).toList());
    }

    private static BucketObject object(BlobItem item) {
        Long size = item.getProperties().getContentLength();
        return new BucketObject(item.getName(), Etags.of(item.getProperties().getETag(), size,
                item.getProperties().getLastModified().toInstant()), size);
    }

    @Override
    public Optional<StoredObject> head(String key) throws BucketException {
        return ifPresent(BucketRequest.LOOK, key, blob -> {
            BlobProperties found = blob.getProperties();
            return stored(found.getETag(), found.getBlobSize(), found.getLastModified(), found.getMetadata());
        });
    }

    private static StoredObject stored(String etag, long size, OffsetDateTime modified, Map<String, String> metadata) {
        return new StoredObject(etag, size, modified.toInstant(), metadata.entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(ORIGINAL_ETAG)).map(Map.Entry::getValue).findAny().orElse(null));
    }

    @Override
    public ReadResult read(BucketObject object, Path file, boolean onlyThis) throws BucketException {
        try {
            return this.<ReadResult>ifPresent(BucketRequest.READ, object.key(), blob -> {
                try (OutputStream content = Files.newOutputStream(file)) {
                    BlobDownloadHeaders headers = blob.downloadStreamWithResponse(content, null, null,
                            onlyThis ? only(object.etag()) : null, false, null, Context.NONE).getDeserializedHeaders();
                    return content(object, headers);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }).orElse(ReadResult.Nothing.GONE);
        } catch (BucketException e) {
            if (onlyThis && isOther(e.getCause())) {
                return ReadResult.Nothing.CHANGED;
            }
            throw e;
        }
    }

    private static boolean isOther(Throwable failure) {
        return failure instanceof BlobStorageException answer && OTHER_OBJECT.contains(answer.getErrorCode());
    }

    private static ReadResult content(BucketObject object, BlobDownloadHeaders headers) {
        Map<String, String> metadata = new TreeMap<>(headers.getMetadata() == null ? Map.of() : headers.getMetadata());
        StoredObject read = stored(headers.getETag(), headers.getContentLength(), headers.getLastModified(), metadata);
        metadata.keySet().removeIf(ORIGINAL_ETAG::equalsIgnoreCase);
        return new ReadResult.Content(ObjectMetadata.sendable(headers.getContentType(), headers.getContentDisposition(),
                headers.getCacheControl(), metadata, object.etag()), ObjectVersion.of(object, read));
    }

    private static BlobRequestConditions only(String etag) {
        return new BlobRequestConditions().setIfMatch("\"" + etag + "\"");
    }

    @Override
    public Optional<byte[]> read(String key) throws BucketException {
        return ifPresent(BucketRequest.READ, key, blob -> blob.downloadContent().toBytes());
    }

    @Override
    public void readFirstByte(String key) throws BucketException {
        ifPresent(BucketRequest.READ, key, blob -> {
            try {
                return blob.downloadStreamWithResponse(OutputStream.nullOutputStream(), new BlobRange(0, 1L), null, null, false,
                        null, Context.NONE);
            } catch (BlobStorageException e) {
                if (BlobErrorCode.INVALID_RANGE.equals(e.getErrorCode())) {
                    // it is empty
                    return null;
                }
                throw e;
            }
        });
    }

    @Override
    public void put(String key, Content content, ObjectMetadata metadata) throws BucketException {
        put(key, content, metadata, null);
    }

    @Override
    public boolean putIfAbsent(String key, Content content, ObjectMetadata metadata) throws BucketException {
        try {
            put(key, content, metadata, new BlobRequestConditions().setIfNoneMatch("*"));
            return true;
        } catch (BucketException e) {
            if (e.getCause() instanceof BlobStorageException answer
                    && BlobErrorCode.BLOB_ALREADY_EXISTS.equals(answer.getErrorCode()) || isOther(e.getCause())) {
                return false;
            }
            throw e;
        }
    }

    private void put(String key, Content content, ObjectMetadata metadata, BlobRequestConditions conditions)
            throws BucketException {
        BinaryData body = content.file() == null ? BinaryData.fromBytes(content.bytes()) : BinaryData.fromFile(content.file());
        BlobHttpHeaders headers = new BlobHttpHeaders().setContentType(metadata.contentType())
                .setContentDisposition(metadata.contentDisposition()).setCacheControl(metadata.cacheControl());
        Map<String, String> named = new TreeMap<>(metadata.all());
        if (named.containsKey(ObjectMetadata.ORIGINAL_ETAG)) {
            named.put(ORIGINAL_ETAG, named.remove(ObjectMetadata.ORIGINAL_ETAG));
        }
        send(BucketRequest.WRITE, key, client -> blob(client, key).getBlockBlobClient().uploadWithResponse(
                new BlockBlobSimpleUploadOptions(body).setHeaders(headers).setMetadata(named).setRequestConditions(conditions),
                null, Context.NONE));
    }

    /** Copies within the account, which is most often done when the request is answered. */
    @Override
    public boolean copy(String key, String etag, String target) throws BucketException {
        try {
            BlobCopyInfo copied = send(BucketRequest.COPY, key, client -> {
                String source = blob(client, key).getBlobUrl();
                String token = connection.sasToken();
                BlobBeginCopyOptions options = new BlobBeginCopyOptions(token.isEmpty() ? source : source + "?" + token)
                        .setPollInterval(COPY_INTERVAL);
                if (etag != null) {
                    options.setSourceRequestConditions(new BlobBeginCopySourceRequestConditions().setIfMatch("\"" + etag + "\""));
                }
                SyncPoller<BlobCopyInfo, Void> copy = blob(client, target).beginCopy(options);
                return copy.waitForCompletion(COPY_TIMEOUT).getValue();
            });
            if (copied.getCopyStatus() != CopyStatusType.SUCCESS) {
                // it is empty
                delete(target);
                throw new BucketException(BucketRequest.COPY.failure(key) + ": " + server() + " did not finish the copy ("
                        + copied.getCopyStatus() + ", " + copied.getError() + ")", null);
            }
            return true;
        } catch (BucketException e) {
            boolean gone = e.getCause() instanceof BlobStorageException answer && answer.getStatusCode() == NOT_FOUND
                    && !BlobErrorCode.CONTAINER_NOT_FOUND.equals(answer.getErrorCode());
            if (gone || isOther(e.getCause())) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void delete(String key) throws BucketException {
        deleteIf(key, null);
    }

    private void deleteIf(String key, BlobRequestConditions conditions) throws BucketException {
        // without an option for snapshots: those of others are not deleted
        ifPresent(BucketRequest.DELETE, key, blob -> blob.deleteWithResponse(null, conditions, null, Context.NONE));
    }

    @Override
    public void delete(String key, ObjectVersion version) throws BucketException {
        for (String etag : version.etags()) {
            try {
                deleteIf(key, only(etag));
            } catch (BucketException e) {
                if (!isOther(e.getCause())) {
                    throw e;
                }
            }
        }
    }

    @Override
    public Map<String, String> tags(String key) throws BucketException {
        return ifPresent(BucketRequest.READ_TAGS, key, BlobClient::getTags).orElse(Map.of());
    }

    @Override
    public void setTags(String key, Map<String, String> tags) throws BucketException {
        send(BucketRequest.WRITE_TAGS, key, client -> {
            blob(client, key).setTags(tags);
            return null;
        });
    }

    @Override
    public ObjectEvents events() {
        return new AzureEvents();
    }

    @Override
    public void close() {
        connection.close();
    }
}
