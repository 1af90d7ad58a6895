from django.urls import path

from enterprises.views import enterprise, invitation, join, member, site

app_name = "enterprises"
urlpatterns = [
    path("", enterprise.EnterpriseList.as_view(), name="list"),
    path("register/", enterprise.Register.as_view(), name="register"),
    path("register/simplified/", enterprise.propose_simplified, name="simplified"),
    path("join/", join.Join.as_view(), name="join"),
    path("invitations/<str:token>/", invitation.AcceptInvitation.as_view(), name="invitation"),
    path("<int:pk>/", enterprise.EnterpriseDetail.as_view(), name="detail"),
    path("<int:pk>/edit/", enterprise.Edit.as_view(), name="edit"),
    path("<int:pk>/sites/add/", site.SiteAdd.as_view(), name="site-add"),
    path("<int:pk>/sites/<int:site_pk>/edit/", site.SiteEdit.as_view(), name="site-edit"),
    path("<int:pk>/sites/<int:site_pk>/close/", site.SiteClose.as_view(), name="site-close"),
    path("<int:pk>/sites/<int:site_pk>/reopen/", site.SiteReopen.as_view(), name="site-reopen"),
    path("<int:pk>/members/", member.Members.as_view(), name="members"),
    path("<int:pk>/members/leave/", member.Leave.as_view(), name="leave"),
    path("<int:pk>/members/<int:membership_pk>/role/", member.ChangeRole.as_view(), name="member-role"),
    path("<int:pk>/members/<int:membership_pk>/remove/", member.RemoveMember.as_view(), name="member-remove"),
    path(
        "<int:pk>/invitations/<int:invitation_pk>/resend/",
        member.OnInvitation.as_view(again=True),
        name="invitation-resend",
    ),
    path(
        "<int:pk>/invitations/<int:invitation_pk>/withdraw/",
        member.OnInvitation.as_view(),
        name="invitation-withdraw",
    ),
    path("<int:pk>/requests/<uuid:uid>/", member.AnswerRequest.as_view(), name="request-answer"),
]
