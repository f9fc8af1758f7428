"""Files: staged uploads, creating, changing, deleting, finding; and how each kind shows itself."""

from __future__ import annotations

from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, Resolver, origin_of, shop_of
from muniment_sandbox.shopify.graphql.content_terms import file_terms
from muniment_sandbox.shopify.graphql.resolvers.answers import answering, wanted
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, always, value_of
from muniment_sandbox.shopify.graphql.resolvers.listing import Places, by_creation, by_id, by_update, found
from muniment_sandbox.shopify.state.catalogue import Product
from muniment_sandbox.shopify.state.file_changes import FileChange, FileWish
from muniment_sandbox.shopify.state.files import GenericFile, ShopFile
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.serving import Image, address_of, all_files, image_of
from muniment_sandbox.shopify.state.staging import StagedUpload, UploadWish

_PLACES: Places[ShopFile] = {
    "ID": by_id,
    "CREATED_AT": by_creation,
    "FILENAME": lambda file: (file.filename, file.number),
    "ORIGINAL_UPLOAD_SIZE": lambda file: (file.original_file_size or 0, file.number),
    "RELEVANCE": by_id,
    "UPDATED_AT": by_update,
}


def _files(_root: object, info: Info, **args: Any) -> object:
    shop = shop_of(info)
    return found(info, args, all_files(shop), file_terms(shop), _PLACES)


@answering("files")
def _create(_root: object, info: Info, files: list[dict[str, Any]]) -> list[ShopFile]:
    return shop_of(info).create_files([file_wish(given) for given in files])


@answering("files")
def _update(_root: object, info: Info, files: list[dict[str, Any]]) -> list[ShopFile]:
    changes = [_change(info, given, place) for place, given in enumerate(files)]
    shop_of(info).update_files(changes)
    return [change.file for change in changes]


@answering("deletedFileIds")
def _delete(_root: object, info: Info, **args: list[str]) -> list[str]:
    gids = list(dict.fromkeys(args["fileIds"]))
    shop = shop_of(info)
    known = {gid: shop.get(ShopFile, gid) for gid in gids}
    missing = [gid for gid, file in known.items() if file is None]
    if missing:
        message = f"File id{'s' if len(missing) > 1 else ''} {', '.join(missing)} does not exist."
        raise NotPossible(message, code="FILE_DOES_NOT_EXIST", field=["fileIds"])
    shop.delete_files([file for file in known.values() if file is not None])
    return gids


@answering("stagedTargets")
def _stage(_root: object, info: Info, input: list[dict[str, Any]]) -> list[StagedUpload]:
    """Stage all or none: a wish that makes no sense is found before any target is made for good."""
    shop, made = shop_of(info), []
    for place, given in enumerate(input):
        size = given.get("fileSize")
        wish = UploadWish(
            resource=given["resource"],
            filename=given["filename"],
            mime_type=given["mimeType"],
            file_size=int(size) if size is not None else None,
            http_method=given.get("httpMethod") or "PUT",
        )
        try:
            made.append(shop.stage_upload(wish))
        except NotPossible as refused:
            for each in made:
                shop.forget(each)
            field = ["input", str(place), *(refused.field or ())]
            raise NotPossible(str(refused), field=field) from refused
    return made


def file_wish(given: dict[str, Any], content_type: str | None = None) -> FileWish:
    """Return the wish that the input of a new file states."""
    return FileWish(
        source=given["originalSource"],
        content_type=content_type or given.get("contentType"),
        filename=given.get("filename"),
        alt=given.get("alt"),
        on_duplicate=given.get("duplicateResolutionMode") or "APPEND_UUID",
    )


def _change(info: Info, given: dict[str, Any], place: int) -> FileChange:
    gid = given["id"]
    file = shop_of(info).get(ShopFile, gid)
    if file is None:
        message, field = f"File id {gid} does not exist.", ["files", str(place), "id"]
        raise NotPossible(message, code="FILE_DOES_NOT_EXIST", field=field)
    return FileChange(
        file=file,
        alt=given.get("alt"),
        filename=given.get("filename"),
        source=given.get("originalSource"),
        preview_source=given.get("previewImageSource"),
        add=_products(info, given, place, "referencesToAdd"),
        remove=_products(info, given, place, "referencesToRemove"),
    )


def _products(info: Info, given: dict[str, Any], place: int, name: str) -> list[Product]:
    code, words = "REFERENCE_TARGET_DOES_NOT_EXIST", "The target resource"
    where = ("files", str(place), name)
    return [wanted(info, Product, gid, *where, code=code, words=words) for gid in given.get(name) or ()]


def _errors(file: ShopFile, _info: Info) -> object:
    return [{"code": each.code, "message": each.message, "details": each.details} for each in file.problems]


def _image(file: ShopFile, info: Info) -> Image | None:
    return image_of(origin_of(info), file)


def _address(file: ShopFile, info: Info) -> str | None:
    return address_of(origin_of(info), file)


def _preview(file: ShopFile, _info: Info) -> ShopFile | None:
    return None if isinstance(file, GenericFile) else file


def _itself(source: object, _info: Info) -> object:
    return source


def _target(upload: StagedUpload, info: Info) -> str:
    return upload.url(origin_of(info))


def _resource(upload: StagedUpload, info: Info) -> str | None:
    """The variables of a bulk mutation are named by their key alone."""
    bulk = upload.resource == "BULK_MUTATION_VARIABLES"
    return None if bulk else upload.resource_url(origin_of(info))


_FILE: dict[str, Resolver] = {"fileErrors": _errors, "preview": _preview}
_MEDIA = _FILE | {"mediaErrors": _errors, "mediaWarnings": always(())}

FIELDS: Fields = {
    "QueryRoot": {"files": _files},
    "Mutation": {
        "fileCreate": _create,
        "fileDelete": _delete,
        "fileUpdate": _update,
        "stagedUploadsCreate": _stage,
    },
    "ExternalVideo": _MEDIA,
    "GenericFile": _FILE | {"url": _address},
    "MediaImage": _MEDIA | {"image": _image, "originalSource": _itself},
    "MediaImageOriginalSource": {
        "fileSize": lambda file, _info: file.original_file_size,
        "url": _address,
    },
    "MediaPreviewImage": {"image": _image, "status": lambda file, _info: file.file_status},
    "MediaWarning": {"code": value_of("code"), "message": value_of("message")},
    "Model3d": _MEDIA,
    "StagedMediaUploadTarget": {
        "parameters": lambda upload, _info: upload.parameters,
        "resourceUrl": _resource,
        "url": _target,
    },
    "StagedUploadParameter": {
        "name": lambda parameter, _info: parameter[0],
        "value": lambda parameter, _info: parameter[1],
    },
    "Video": _MEDIA,
}
