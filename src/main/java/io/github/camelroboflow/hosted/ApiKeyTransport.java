package io.github.camelroboflow.hosted;

/** How the API key is sent. */
public enum ApiKeyTransport {
    /** As a header, but to Roboflow's older hosts as a query parameter, since they know nothing else. */
    AUTO,
    /** As {@code Authorization: Bearer}, which servers take from version 1.5.0 on. */
    HEADER,
    /** As the query parameter {@code api_key}, which every server takes, and may write into its log. */
    QUERY
}
