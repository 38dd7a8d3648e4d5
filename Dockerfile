# The command line and the practice PangoCDP. docs/docker.md says how to use it.
FROM python:3.13-slim-bookworm AS build
WORKDIR /source
COPY constraints.txt ./
RUN pip install --no-cache-dir --constraint constraints.txt hatchling
COPY pyproject.toml README.md LICENSE ./
COPY tools tools
COPY pangoprep pangoprep
COPY data data
COPY notebooks notebooks
RUN python -m hatchling build --target wheel --directory /wheels

FROM python:3.13-slim-bookworm
COPY constraints.txt /wheels/
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --constraint /wheels/constraints.txt /wheels/*.whl \
    && rm -r /wheels \
    && useradd --create-home --uid 1000 analyst \
    && install --directory --owner analyst --mode 700 /ledger \
    && install --directory --owner analyst /files
# What was sent is remembered here: keep it in a volume, on a disk of the machine.
ENV PANGO_DATA_DIR=/ledger
VOLUME ["/ledger"]
USER 1000
WORKDIR /files
ENTRYPOINT ["pangoprep"]
CMD ["--help"]
