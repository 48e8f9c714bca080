# The issuer as a small image: the native tool alone, run by a user who is not root, with no shell beside it.
#
#   docker build -t watchword .
#   docker run --name issuer -v watchword:/data -p 8480:8480 watchword \
#       serve --url http://0.0.0.0:8480 --issuer https://auth.example --behind-proxy 10.0.0.7
#   docker exec issuer /app/watchword client create orders
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble-aot AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Watchword.Cli -c Release -o /published \
    && mkdir -p /volumes && mkdir -m 700 /volumes/data

# Native code needs the C library and OpenSSL, and this image holds little else. Its user has the id 1654.
FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
COPY --from=build /published/ /app/
COPY --from=build --chown=1654:1654 /volumes/ /
USER 1654:1654
# The data folder is /data/watchword, where the tool looks for it without being told.
ENV XDG_DATA_HOME=/data
VOLUME /data
EXPOSE 8480
ENTRYPOINT ["/app/watchword"]
CMD ["serve"]
